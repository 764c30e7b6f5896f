using Towncrier.Agent.Matching;
using Towncrier.Agent.Receiving;

namespace Towncrier.Agent.Relaying;

/// <summary>Tells which messages take a route. Lets pass what it cannot tell: a page that stays stale is worse than a message too many.</summary>
internal sealed class RouteFilter(RelayRoute route)
{
    public bool Takes(Invalidation message) => TakesCommand(message.Command) && TakesAudience(message) && TakesHost(message);

    private bool TakesCommand(InvalidationCommand command) => route.Commands.Count == 0 || route.Commands.Contains(command);

    // A label that either side does not name excludes nobody.
    private bool TakesAudience(Invalidation message)
        => route.Audience.All(label => !message.Audience.TryGetValue(label.Key, out var wanted) || wanted.Intersect(label.Value, StringComparer.OrdinalIgnoreCase).Any());

    private bool TakesHost(Invalidation message) => route.Hosts.Count == 0 || HostsOf(message) is not { } named || named.Any(Overlaps);

    private bool Overlaps(string host) => HostLimits.Covers(route.Hosts, host) || route.Hosts.Any(own => HostLimits.Covers([host], own));

    /// <summary>The hosts a message names; null when it may mean any.</summary>
    private static IReadOnlyList<string>? HostsOf(Invalidation message)
    {
        if (message.Command == InvalidationCommand.Host) return message.Values;
        if (message.Command is not (InvalidationCommand.Purge or InvalidationCommand.Prefix)) return message.Host is { } host ? [host] : null;
        // A value that is a whole URL names its own host.
        var hosts = message.Values.Select(value => UrlText.Parse(value, cutFragment: true).Host ?? message.Host).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return hosts.Contains(null) ? null : [.. hosts.OfType<string>()];
    }
}
