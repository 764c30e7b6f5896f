using Towncrier.Agent.Matching;
using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent.Relaying;

/// <summary>How far a message may go on. Whoever reads it elsewhere does not know this relay's limits.</summary>
internal static class Reach
{
    /// <summary>Why it may not be handed on as it is; null when it may.</summary>
    public static Refusal? Problem(Invalidation message)
    {
        if (message.Via.Count >= RelayMark.MostHops)
            return new Refusal(RefusalReason.NotAllowed, $"it has passed {message.Via.Count} relays ({string.Join(", ", message.Via.Take(3))}, ..) and goes in circles; look at their routes");
        return message.HeldTo is not { } hosts || IsWithin(message, hosts) ? null : new Refusal(
            RefusalReason.NotAllowed, $"it can mean other hosts than those allowed here ({string.Join(", ", hosts)}), and a relay cannot hold it to them; name a host{(IgnoresHost(message) ? " and write \"scope\":\"host\"" : "")}");
    }

    // An agent holds a message to hosts by what it purges; a relay can only by what the message says.
    private static bool IsWithin(Invalidation message, IReadOnlyList<string> hosts) => message.Command switch
    {
        InvalidationCommand.Host => message.Values.All(host => HostLimits.Covers(hosts, host)),
        InvalidationCommand.Purge or InvalidationCommand.Prefix or InvalidationCommand.Wildcard
            => message.Values.All(value => (UrlText.Parse(value, cutFragment: true).Host ?? message.Host) is { } host && HostLimits.Covers(hosts, host)),
        _ => message.Host is { } host && HostLimits.Covers(hosts, host) && !IgnoresHost(message),
    };

    private static bool IgnoresHost(Invalidation message)
        => message.Command is InvalidationCommand.Ban or InvalidationCommand.Xkey or InvalidationCommand.XkeySoft && !message.ScopedToHost;
}
