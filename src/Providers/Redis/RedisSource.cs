using System.Runtime.CompilerServices;
using Towncrier.Providers.Redis.Reading;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis;

/// <summary>
/// Invalidations over Redis: pub/sub channels, a stream, or both, on a connection each. What was read and is not settled
/// stays in memory over reconnects and is delivered once; what is abandoned is delivered again from there.
/// </summary>
public sealed class RedisSource : IInvalidationSource
{
    private readonly Outbox _outbox;
    private readonly List<Func<ISourceContext, CancellationToken, Task>> _readers = [];

    /// <param name="options">Without <see cref="RedisSourceOptions.Problems"/>.</param>
    /// <param name="random">Spreads redeliveries; used by this source alone.</param>
    public RedisSource(RedisSourceOptions options, TimeProvider clock, Random random)
    {
        _outbox = new Outbox(clock, random);
        var dialer = new Dialer(new DialOptions(options.Address, options.Password, options.ConnectTimeout, options.ReadTimeout), clock);
        if (options.Channels.Count > 0) _readers.Add(new ChannelReader(options, dialer, _outbox, clock).RunAsync);
        if (options.Stream is not null) _readers.Add(new EntryReader(options, dialer, _outbox, clock).RunAsync);
        Channels = [.. options.Channels.Concat(options.Stream is null ? [] : [options.Stream]).Select(LabelOf)];
        Traits = new SourceTraits(Settles: true, Replays: options.Channels.Count == 0);
    }

    public string Name => "redis";

    public IReadOnlyList<string> Channels { get; }

    /// <summary>A stream goes on where it was; of channels, what is sent while nobody listens is lost, and told as a gap.</summary>
    public SourceTraits Traits { get; }

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Together.RunAsync(end.Token, [.. _readers.Select(run => (Func<CancellationToken, Task>)(stopped => run(context, stopped)))]);
        try
        {
            while (true)
            {
                // A reader that never waits must still hear that the link is lost.
                if (reading.IsCompleted) await reading.ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                if (_outbox.TryTake(out var delivery)) yield return delivery;
                else await Task.WhenAny(reading, _outbox.WaitAsync(end.Token)).ConfigureAwait(false); // a lost link may be all that ever comes
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal static string LabelOf(string channel) => "redis:" + channel;
}
