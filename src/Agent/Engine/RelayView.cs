using Towncrier.Agent.Receiving;
using Towncrier.Agent.Relaying;

namespace Towncrier.Agent;

/// <summary>Answers questions about a running relay. Safe from any thread; changes nothing.</summary>
public sealed class RelayView
{
    private readonly SourceSet _sources;
    private readonly IReadOnlyList<Outlet> _outlets;
    private readonly Func<string, InvalidationReport?> _reportOf;

    internal RelayView(SourceSet sources, IReadOnlyList<Outlet> outlets, Func<string, InvalidationReport?> reportOf)
        => (_sources, _outlets, _reportOf) = (sources, outlets, reportOf);

    public IReadOnlyList<ChannelState> Sources() => _sources.Channels;

    public IReadOnlyList<TargetState> Targets() => [.. _outlets.Select(outlet => outlet.State)];

    /// <summary>
    /// Why the relay is not ready: a line for each source that has not been connected since the start, and for each target
    /// that was tried since then and never took a message. What is lost later does not make it unready, as with an agent.
    /// </summary>
    public IReadOnlyList<string> Unready() =>
    [
        .. _sources.Unready,
        .. Targets().Where(target => !target.Reached && target.Trouble is not null).Select(target => $"{target.Name}: {target.Trouble}"),
    ];

    /// <summary>What became of a message that came by HTTP, or how far it is; null when it is not, or no longer, remembered.</summary>
    public InvalidationReport? ReportOf(string id) => _reportOf(id);
}
