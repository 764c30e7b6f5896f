namespace Towncrier;

/// <summary>What a source is given to read with: its memory, and ears for what is no message. Safe from any thread.</summary>
public interface ISourceContext
{
    /// <summary>The position last kept for a channel, in the source's own words; null when none ever was.</summary>
    string? PositionOf(string channel);

    /// <summary>
    /// Keeps a position over restarts. Everything before it is settled. Written a little later; of several the last counts.
    /// </summary>
    void Keep(string channel, string position);

    /// <summary>Whatever is sent to the channel from now on arrives. Called after each connect, and after the gap before it was told.</summary>
    void Connected(string channel);

    /// <summary>
    /// Messages may have been lost. Returns when that is dealt with as the operator chose, so that what is delivered
    /// afterwards came after the gap.
    /// </summary>
    ValueTask GapAsync(Gap gap, CancellationToken cancel);

    /// <summary>Counts and logs what never became a delivery.</summary>
    void Refused(string channel, Refusal refusal);
}

/// <summary>A time in which messages of a channel may have been lost.</summary>
/// <param name="Channel">The metric label.</param>
/// <param name="Since">The last moment nothing was missing; null when that is not known.</param>
/// <param name="Until">From then on nothing is missing.</param>
/// <param name="Reason">What happened, in words for an operator.</param>
public sealed record Gap(string Channel, DateTimeOffset? Since, DateTimeOffset Until, string Reason);

/// <summary>What an agent does about a gap.</summary>
public enum GapPolicy
{
    /// <summary>It counts and logs it.</summary>
    Warn,

    /// <summary>It also expires, softly, everything that was stored before the gap's end.</summary>
    Expire,

    /// <summary>It ends with an error, for whoever supervises it to decide.</summary>
    Stop,
}
