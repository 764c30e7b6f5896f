using Towncrier.Providers.AzureServiceBus.Calling;
using Towncrier.Providers.AzureServiceBus.Subscriptions;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>The subscriptions that agents make for hosts. Those of hosts that died go by themselves, when nobody reads them.</summary>
public static class AzureServiceBusFleet
{
    /// <summary>Removes the subscription of a host that will not come back. Its agent must have ended: it would make it anew.</summary>
    /// <param name="options">Those of its source, with <c>subscription: auto</c>.</param>
    /// <returns>Its name, and whether it was there.</returns>
    /// <exception cref="IOException">No agent made it for this host, or Service Bus refused or was not reached; calling it again does the rest.</exception>
    public static async Task<(string Name, bool WasThere)> LeaveAsync(AzureServiceBusSourceOptions options, TimeProvider clock, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var caller = new BrokerCaller(options.Address, options.FirstDelay, clock);
        var calls = new SubscriptionCalls(caller, options.TopicName, options.SubscriptionName);
        var name = $"{options.TopicName}/{options.SubscriptionName}";
        if (await calls.FindAsync(cancel).ConfigureAwait(false) is not { } found) return (name, false);
        if (found.Shape.Owner != OwnerMark.Of(options.Fleet, options.Host))
            throw new IOException($"the subscription {name} was not made by an agent for the host {options.Host} of the fleet {options.Fleet} (its user metadata: {found.Shape.Owner ?? "none"}); it is left alone");
        return (name, await calls.DeleteAsync(cancel).ConfigureAwait(false));
    }
}
