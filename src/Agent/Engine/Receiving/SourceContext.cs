using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Receiving;

/// <summary>A source that told a gap, and an operator who wants the agent to end then.</summary>
public sealed class GapStopException(Gap gap)
    : Exception($"messages of {gap.Channel} may have been lost ({gap.Reason}), and on_gap is stop");

/// <summary>The agent's side of one source: its positions, its state for people to see, and what is done about its gaps.</summary>
internal sealed class SourceContext(
    IInvalidationSource source, GapPolicy policy, PositionKeeper positions, ChannelWriter<Admitted> to, Meters meters, TimeProvider clock, ILogger logger)
    : ISourceContext
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ChannelState> _channels = source.Channels.ToDictionary(channel => channel, channel => new ChannelState(channel), StringComparer.Ordinal);

    /// <summary>How its channels are doing now.</summary>
    public IReadOnlyList<ChannelState> Channels
    {
        get { lock (_lock) return [.. _channels.Values]; }
    }

    public string? PositionOf(string channel) => positions.Of(channel);

    public void Keep(string channel, string position) => positions.Keep(channel, position);

    // Said of a source only when a restart from now on would find where it was.
    public void Connected(string channel)
    {
        var known = positions.WhenKnown(channel);
        if (known.IsCompleted) Mark(channel);
        else _ = known.ContinueWith(_ => Mark(channel), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Mark(string channel)
    {
        Change(channel, state => state with { Connected = true, WasConnected = true, Trouble = null, Since = clock.GetUtcNow() });
        Log.SourceConnected(logger, channel);
    }

    /// <summary>The connection is lost, or could not be made.</summary>
    public void Lost(string reason)
    {
        foreach (var channel in source.Channels)
            Change(channel, state => state with { Connected = false, Trouble = reason, Since = state.Connected ? clock.GetUtcNow() : state.Since });
    }

    /// <exception cref="GapStopException">The operator wants the agent to end.</exception>
    public async ValueTask GapAsync(Gap gap, CancellationToken cancel)
    {
        var atStart = false;
        Change(gap.Channel, state =>
        {
            atStart = !state.WasConnected;
            return state with { Gaps = state.Gaps + 1 };
        });
        Log.Gap(logger, gap.Channel, gap.Since, gap.Until, gap.Reason, policy);
        // A gap from before the start does not stop: who started the agent after the last stop knows of it.
        if (policy == GapPolicy.Stop && !atStart) throw new GapStopException(gap);
        if (policy == GapPolicy.Expire) await ExpireAsync(gap, cancel).ConfigureAwait(false);
    }

    public void Refused(string channel, Refusal refusal)
    {
        meters.Refused(channel, refusal.Reason);
        Log.Refused(logger, channel, refusal.Reason, refusal.Message);
    }

    // In the queue ahead of whatever is delivered after the gap. Applied late it expires more than it had to, never less.
    private async ValueTask ExpireAsync(Gap gap, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var everything = new Invalidation
        {
            Id = "gap-" + Guid.CreateVersion7(now).ToString("N"),
            Command = InvalidationCommand.All,
            Values = [],
            Mode = PurgeMode.Soft,
            Issued = gap.Until,
            Source = "gap of " + gap.Channel,
        };
        await to.WriteAsync(new Admitted(everything, Wire.InvalidationJson.Encode(everything), gap.Channel, now, null, Redelivers: false), cancel).ConfigureAwait(false);
    }

    private void Change(string channel, Func<ChannelState, ChannelState> change)
    {
        lock (_lock) _channels[channel] = change(_channels.GetValueOrDefault(channel) ?? new ChannelState(channel));
    }
}

/// <summary>How one channel of a source is doing.</summary>
/// <param name="Channel">The metric label.</param>
public sealed record ChannelState(string Channel)
{
    public bool Connected { get; init; }

    /// <summary>It was connected at least once since the agent started.</summary>
    public bool WasConnected { get; init; }

    /// <summary>Since when it is, or is not, connected; null before the first time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is not connected, as far as that is known.</summary>
    public string? Trouble { get; init; }

    /// <summary>Times in which messages may have been lost.</summary>
    public long Gaps { get; init; }
}
