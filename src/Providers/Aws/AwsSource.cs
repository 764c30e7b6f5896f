using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;
using Towncrier.Providers.Aws.Reading;

namespace Towncrier.Providers.Aws;

/// <summary>
/// Invalidations from an SQS queue, most often behind an SNS topic. What was received and is not settled stays hidden at
/// SQS, and stays here over reconnects; it is delivered once, and when it is abandoned comes again from SQS.
/// </summary>
public sealed class AwsSource : IInvalidationSource, IDisposable
{
    // Ids of messages that were settled; SQS hands one out again within minutes, if ever.
    private const int Remembered = 10_000;

    private readonly AwsSourceOptions _options;
    private readonly TimeProvider _clock;
    private readonly AwsCaller _caller;
    private readonly SqsClient _sqs;
    private readonly OwnQueue? _own;
    private readonly Room _room;
    private readonly Ledger _ledger;
    private readonly Settler _settler;
    private readonly Verdicts _verdicts;
    private readonly Channel<Held> _outbox;
    private readonly string _label;

    /// <param name="options">Without <see cref="AwsSourceOptions.Problems"/>.</param>
    /// <param name="random">Spreads retries and redeliveries; used by this source alone.</param>
    public AwsSource(AwsSourceOptions options, TimeProvider clock, Random random)
    {
        (_options, _clock) = (options, clock);
        _caller = new AwsCaller(options.Access, clock, new Random(random.Next()));
        _sqs = new SqsClient(_caller);
        _own = options.Queue is null ? new OwnQueue(options, _sqs, new SnsClient(_caller), clock) : null;
        _room = new Room(options.Window);
        _ledger = new Ledger(options.Window + Remembered, AwsLimits.LongestHidden, clock);
        _settler = new Settler(_sqs, _room, options.Window, clock);
        _verdicts = new Verdicts(_ledger, _settler, new Random(random.Next()), clock);
        _outbox = Channel.CreateBounded<Held>(new BoundedChannelOptions(options.Window) { AllowSynchronousContinuations = false });
        _label = ChannelOf(options);
        Channels = [_label];
    }

    public string Name => "aws";

    public IReadOnlyList<string> Channels { get; }

    public SourceTraits Traits => new(Settles: true, Replays: true);

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        var queue = await OpenAsync(stop).ConfigureAwait(false);
        _verdicts.Begin(queue.DeadLetters);
        var last = SeenPosition.TryParse(context.PositionOf(_label), out var kept) ? kept : null;
        if (SeenPosition.GapOf(last, queue.Kept, _own is not null, _label, _clock.GetUtcNow()) is { } gap) await context.GapAsync(gap, stop).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Together.RunAsync(end.Token, [.. Runs(queue, last, context)]);
        try
        {
            while (true)
            {
                if (reading.IsCompleted) await reading.ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                if (_outbox.Reader.TryRead(out var held)) yield return new HeldDelivery(held, _label, _verdicts);
                else await Task.WhenAny(reading, _outbox.Reader.WaitToReadAsync(end.Token).AsTask()).ConfigureAwait(false); // a lost link may be all that ever comes
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) await _verdicts.EndAsync(queue.Url, Undelivered()).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _caller.Dispose();
        _room.Dispose();
    }

    /// <summary>While nobody reads: each place that is taken is a message's that is held or being settled.</summary>
    internal void CheckIntegrity()
    {
        var (held, settling) = (_ledger.Count, _settler.Count);
        if (_room.Free + held + settling != _options.Window)
            throw new InvalidOperationException($"of {_options.Window} places {_room.Free} are free, {held} messages are held and {settling} being settled");
    }

    /// <summary>The channel of a source with these options, which have no problems.</summary>
    public static string ChannelOf(AwsSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return LabelOf(options.Queue is { } queue ? QueueReference.NameOf(queue) : QueueName.Of(options.Fleet, options.Host, QueueReference.IsFifo(options.Topic!)));
    }

    internal static string LabelOf(string queue) => "aws:" + queue;

    private Task<OpenedQueue> OpenAsync(CancellationToken stop) =>
        _own is null ? new ProvisionedQueue(_options.Queue!, _sqs).OpenAsync(stop) : _own.OpenAsync(stop);

    private IEnumerable<Func<CancellationToken, Task>> Runs(OpenedQueue queue, SeenPosition? last, ISourceContext context)
    {
        var receiver = new Receiver(_options, _sqs, queue.Url, _ledger, _room, _settler, _verdicts, _outbox.Writer, _clock);
        var seen = new SeenKeeper(context, _label, queue.Made ?? last?.Made, _clock);
        var isConnected = 0;
        var received = () =>
        {
            seen.Received();
            if (Interlocked.Exchange(ref isConnected, 1) == 0) context.Connected(_label);
        };
        if (_room.Free == 0) received(); // no receive will show it before the agent has settled some
        for (var i = 0; i < _options.Loops; i++)
        {
            var proves = i == 0;
            yield return end => receiver.RunAsync(received, proves, end);
        }

        yield return end => _settler.RunAsync(queue.Url, _options.Loops, end);
        yield return end => new VisibilityKeeper(_sqs, _ledger, _options.Visibility, _clock).RunAsync(queue.Url, end);
        if (_own is not null) yield return end => _own.BeatAsync(queue, end);
    }

    private IEnumerable<Held> Undelivered()
    {
        while (_outbox.Reader.TryRead(out var held)) yield return held;
    }
}
