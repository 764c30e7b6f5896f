using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Towncrier.Wire;

namespace Towncrier.Store.Invalidating;

/// <summary>Messages of this very process, on the way of all others: journalled, armed, applied, reported. None is refused for want of room; senders wait.</summary>
internal sealed class LocalSource : IInvalidationSource
{
    private readonly Channel<Delivery> _queue = Channel.CreateBounded<Delivery>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>What no other source may call itself.</summary>
    public const string Kind = "local";

    public string Name => Kind;

    public IReadOnlyList<string> Channels { get; } = [Kind];

    public SourceTraits Traits { get; } = new(Settles: false, Replays: true);

    /// <summary>Applies a message, and returns when nothing it means is served any more.</summary>
    /// <exception cref="ArgumentException">It was refused; the message says why.</exception>
    /// <exception cref="IOException">The store is closing, or the journal cannot be written.</exception>
    public async Task<InvalidationReport> ApplyAsync(Invalidation message, CancellationToken cancel)
    {
        var delivery = new LocalDelivery(InvalidationJson.Encode(message));
        try
        {
            await _queue.Writer.WriteAsync(delivery, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the store is closed", e);
        }

        return await delivery.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Takes no more, and lets go of those who wait.</summary>
    public void Close()
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var left)) _ = left.AbandonAsync("the store is closed", CancellationToken.None).AsTask();
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        context.Connected(Name);
        await foreach (var delivery in _queue.Reader.ReadAllAsync(stop).ConfigureAwait(false)) yield return delivery;
    }

    private sealed class LocalDelivery(byte[] body) : Delivery
    {
        private readonly TaskCompletionSource<InvalidationReport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ReadOnlyMemory<byte> Body => body;

        public override string Source => Kind;

        public Task<InvalidationReport> Done => _done.Task;

        public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel)
        {
            _done.TrySetResult(report);
            return ValueTask.CompletedTask;
        }

        public override ValueTask AbandonAsync(string reason, CancellationToken cancel)
        {
            _done.TrySetException(new IOException($"the invalidation was not applied: {reason}"));
            return ValueTask.CompletedTask;
        }

        public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel)
        {
            _done.TrySetException(new ArgumentException(refusal.Message));
            return ValueTask.CompletedTask;
        }
    }
}
