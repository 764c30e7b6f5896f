using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A source in memory, a twin of the brokers': it keeps what is abandoned and delivers it again at once.</summary>
internal sealed class MemorySource(string name = "memory") : IInvalidationSource
{
    private readonly Channel<Func<ISourceContext, Task<MemoryDelivery?>>> _steps = Channel.CreateUnbounded<Func<ISourceContext, Task<MemoryDelivery?>>>();

    private readonly ConcurrentQueue<MemoryDelivery> _sent = [];

    public string Name => name;

    public IReadOnlyList<string> Channels => [name + ":a"];

    public SourceTraits Traits { get; init; } = new(Settles: true, Replays: true);

    /// <summary>Something that was sent is not settled.</summary>
    public bool IsOwed => _sent.Any(delivery => !delivery.Settled.IsCompleted);

    public MemoryDelivery Send(string body, string? transportId = null)
    {
        var delivery = new MemoryDelivery(this, Encoding.UTF8.GetBytes(body), transportId);
        _sent.Enqueue(delivery);
        Again(delivery);
        return delivery;
    }

    public void Again(MemoryDelivery delivery) => _steps.Writer.TryWrite(_ => Task.FromResult<MemoryDelivery?>(delivery));

    /// <summary>Does something with the context in the order of the deliveries.</summary>
    public Task Do(Func<ISourceContext, Task> step)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _steps.Writer.TryWrite(async context =>
        {
            try
            {
                await step(context);
            }
            finally
            {
                done.TrySetResult();
            }

            return null;
        });
        return done.Task;
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        context.Connected(Channels[0]);
        await foreach (var step in _steps.Reader.ReadAllAsync(stop))
            if (await step(context) is { } delivery)
            {
                delivery.Delivered();
                yield return delivery;
            }
    }
}

/// <summary>One message of a <see cref="MemorySource"/>, and how it was settled at last.</summary>
internal sealed class MemoryDelivery(MemorySource from, byte[] body, string? transportId) : Delivery
{
    private readonly TaskCompletionSource<string> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _attempt;

    public override ReadOnlyMemory<byte> Body => body;

    public override string Source => from.Channels[0];

    public override string? TransportId => transportId;

    public override int Attempt => _attempt;

    public InvalidationReport? Report { get; private set; }

    public Refusal Refusal { get; private set; }

    /// <summary>"completed" or "rejected".</summary>
    public Task<string> Settled => _settled.Task;

    public void Delivered() => _attempt++;

    public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel)
    {
        Report = report;
        _settled.SetResult("completed"); // a second settling throws
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(string reason, CancellationToken cancel)
    {
        from.Again(this);
        return ValueTask.CompletedTask;
    }

    public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel)
    {
        Refusal = refusal;
        _settled.SetResult("rejected");
        return ValueTask.CompletedTask;
    }
}
