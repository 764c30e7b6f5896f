namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>The subscription this host makes for itself (<c>subscription: auto</c>), with its rule. Used by one task at a time.</summary>
/// <param name="options">Without a subscription, and without problems.</param>
internal sealed class OwnSubscription(AzureServiceBusSourceOptions options, string entity, SubscriptionCalls calls)
{
    private readonly SubscriptionShape _wanted = SubscriptionShape.Of(options);
    private readonly SqlRule _rule = new(options.Filter);

    private bool _isNew; // made by us, and not told yet: a later step may fail

    /// <summary>
    /// Makes what is missing, and puts right what differs. A new one has its filter from the start, so that nothing else
    /// gets in. Stopped at any point, the next call goes on from there.
    /// </summary>
    /// <exception cref="IOException">Service Bus refused, or the subscription of this name is somebody else's.</exception>
    public async Task<OpenedSubscription> OpenAsync(CancellationToken cancel)
    {
        var found = await calls.FindAsync(cancel).ConfigureAwait(false);
        if (found is null)
        {
            _isNew |= await calls.CreateAsync(_wanted, _rule, cancel).ConfigureAwait(false);
            found = await calls.FindAsync(cancel).ConfigureAwait(false)
                ?? throw new IOException($"the subscription {entity} was removed while it was made; it is tried again");
        }

        if (Foreign(found.Shape.Owner) is { } problem) throw new IOException(problem);
        if (found.Shape != _wanted) await calls.ChangeAsync(_wanted, cancel).ConfigureAwait(false);
        var rule = await calls.RuleAsync(cancel).ConfigureAwait(false);
        if (rule != _rule) await calls.PutRuleAsync(_rule, rule is not null, cancel).ConfigureAwait(false);

        var opened = new OpenedSubscription(entity, new KeptPlace("subscription", _isNew, options.Retention, found.Created));
        _isNew = false; // it is told
        return opened;
    }

    private string? Foreign(string? owner)
    {
        if (owner == _wanted.Owner) return null;
        return OwnerMark.IsAnAgents(owner)
            ? $"the subscription {entity} belongs to another host ({owner}) whose name comes to the same: give this host another name, or the fleet another azure_service_bus.fleet"
            : $"the subscription {entity} is there and was not made by an agent (its user metadata does not say so), so it is left alone: name it by azure_service_bus.subscription to read it, or remove it, or choose another azure_service_bus.fleet";
    }
}
