using Azure.Core;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>The management of one subscription over ATOM. Needs the claim Manage. Safe from several threads.</summary>
internal sealed class SubscriptionCalls(BrokerCaller caller, string topic, string name)
{
    private const string Version = "api-version=2021-05";
    private const string EntryType = "application/atom+xml;type=entry;charset=utf-8";

    private readonly string _entity = $"{topic}/subscriptions/{name}";

    private static KeyValuePair<string, string> Change => KeyValuePair.Create("If-Match", "*");

    /// <returns>Null when there is none.</returns>
    /// <exception cref="ServiceBusException">As of every call here: it was refused.</exception>
    public async Task<FoundSubscription?> FindAsync(CancellationToken cancel)
    {
        var answer = await CallAsync("look at", RequestMethod.Get, "", null, 404, cancel).ConfigureAwait(false);
        return answer.Status != 404 && Atom.TryReadSubscription(answer.Body ?? default, out var found) ? found : null;
    }

    /// <returns>False when there is one of that name.</returns>
    public async Task<bool> CreateAsync(SubscriptionShape shape, SqlRule filter, CancellationToken cancel) =>
        (await CallAsync("make", RequestMethod.Put, "", Atom.Subscription(shape, filter), 409, cancel).ConfigureAwait(false)).Status != 409;

    public Task ChangeAsync(SubscriptionShape shape, CancellationToken cancel) => CallAsync("change", RequestMethod.Put, "", Atom.Subscription(shape, null), 0, cancel, Change);

    /// <returns>False when there was none.</returns>
    public async Task<bool> DeleteAsync(CancellationToken cancel) =>
        (await CallAsync("remove", RequestMethod.Delete, "", null, 404, cancel).ConfigureAwait(false)).Status != 404;

    /// <summary>The rule <c>$Default</c>; null when somebody removed it.</summary>
    public async Task<SqlRule?> RuleAsync(CancellationToken cancel)
    {
        var answer = await CallAsync("look at the rule of", RequestMethod.Get, $"/rules/{SqlRule.Name}", null, 404, cancel).ConfigureAwait(false);
        return answer.Status != 404 && Atom.TryReadRule(answer.Body ?? default, out var rule) ? rule : null;
    }

    /// <summary>Makes the rule, or replaces it where it is.</summary>
    public async Task PutRuleAsync(SqlRule rule, bool isThere, CancellationToken cancel)
    {
        KeyValuePair<string, string>[] headers = isThere ? [Change] : [];
        await CallAsync("set the rule of", RequestMethod.Put, $"/rules/{SqlRule.Name}", Atom.Rule(rule), 0, cancel, headers).ConfigureAwait(false);
    }

    private Task<BrokerAnswer> CallAsync(string operation, RequestMethod method, string below, byte[]? body, int expected, CancellationToken cancel, params KeyValuePair<string, string>[] headers) =>
        caller.CallAsync(new BrokerRequest(Claim.Manage, operation, method, _entity, $"{_entity}{below}?{Version}")
        {
            Body = body,
            ContentType = body is null ? null : EntryType,
            Headers = headers,
            Expected = expected,
        }, cancel);
}
