namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>A subscription that can be read.</summary>
/// <param name="Entity">Its path in the namespace.</param>
internal sealed record OpenedSubscription(string Entity, KeptPlace Kept);
