namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>What we set of a subscription.</summary>
/// <param name="Lock">How long a message that was received is locked.</param>
/// <param name="Retention">How long it keeps messages that do not say less themselves.</param>
/// <param name="MostDeliveries">Before a message goes to the dead letters.</param>
/// <param name="IdleDelete">It goes when nobody received from it for so long.</param>
/// <param name="Owner">Who made it, and for whom: its UserMetadata.</param>
internal sealed record SubscriptionShape(TimeSpan Lock, TimeSpan Retention, int MostDeliveries, TimeSpan IdleDelete, string? Owner)
{
    public static SubscriptionShape Of(AzureServiceBusSourceOptions options) =>
        // A subscription that goes when its last message has expired loses none that was still there.
        new(options.Lock, options.Retention, options.MostDeliveries, options.Retention, OwnerMark.Of(options.Fleet, options.Host));
}

/// <summary>A subscription that is there.</summary>
/// <param name="Created">In whole seconds. One of the same name that was made at another time is another subscription.</param>
internal sealed record FoundSubscription(SubscriptionShape Shape, DateTimeOffset? Created);

/// <summary>What agents write into the UserMetadata of a subscription: whose it is. Pure.</summary>
internal static class OwnerMark
{
    private const string Start = "towncrier agent; fleet ";

    public static string Of(string fleet, string host) => $"{Start}{fleet}; host {host}";

    public static bool IsAnAgents(string? mark) => mark?.StartsWith(Start, StringComparison.Ordinal) == true;
}
