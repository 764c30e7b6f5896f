using Towncrier.Agent.Receiving;

namespace Towncrier.Agent.Relaying;

/// <summary>
/// One source of a relay, with the ids that came from it. Of its own: the same message may come by two sources, and be
/// meant for other targets each time. A target gets it once all the same.
/// </summary>
internal sealed class RelayInlet(RelaySource source, TimeProvider clock)
{
    public string Name => source.Name;

    public RelaySource Source => source;

    /// <summary>Whoever sent it to us has it until it is settled, whatever becomes of us. What is not so kept is journalled first.</summary>
    public bool IsKept { get; } = source.Source.Traits is { Settles: true, Replays: true };

    public DedupeWindow Dedupe { get; } = new(new DedupeOptions { MaxReports = 0 }, clock);

    /// <summary>The journal's id of a message from here.</summary>
    public string RecordOf(string id) => source.Name + " " + id;

    /// <summary>The message's id of a record; null when it is not of this source.</summary>
    public string? IdOf(string record)
        => record.StartsWith(source.Name + " ", StringComparison.Ordinal) ? record[(source.Name.Length + 1)..] : null;
}
