namespace Towncrier.Peers.ServiceBus;

/// <summary>What may be an entity's name (Microsoft's "Create Subscription" and "Service Bus quotas").</summary>
internal static class EntityNames
{
    /// <summary>Up to 260 characters, slashes too.</summary>
    public static bool IsEntity(string name) => name.Length is > 0 and <= 260 && name.Split('/').All(IsSegment);

    /// <summary>Up to 50 characters: of a subscription, and of a rule but for <c>$Default</c>.</summary>
    public static bool IsSubscription(string name) => name.Length <= 50 && IsSegment(name);

    private static bool IsSegment(string name) => name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
