namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>A subscription that others made for this host, and that we only read.</summary>
internal sealed class ProvisionedSubscription(string entity, SubscriptionCalls calls)
{
    /// <summary>Looks at it. Without the claim Manage it stays unknown when it was made and how long it keeps messages.</summary>
    /// <exception cref="IOException">There is none, or Service Bus was not reached.</exception>
    public async Task<OpenedSubscription> OpenAsync(CancellationToken cancel)
    {
        try
        {
            var found = await calls.FindAsync(cancel).ConfigureAwait(false)
                ?? throw new IOException($"there is no {entity}, which this host was given: make it (terraform does), check its name, or let the agent make its own by 'subscription: auto'");
            return new OpenedSubscription(entity, new KeptPlace("subscription", IsNew: false, found.Shape.Retention, found.Created));
        }
        catch (ServiceBusException e) when (e.IsDenied)
        {
            return new OpenedSubscription(entity, new KeptPlace("subscription", IsNew: false, Retention: null, Made: null));
        }
    }
}
