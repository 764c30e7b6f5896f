using System.Collections.Concurrent;
using System.Text;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A broker in memory, a twin of the real ones: whoever publishes reaches every source that listens.</summary>
internal sealed class MemoryBus(string name) : IInvalidationPublisher
{
    private readonly ConcurrentQueue<string> _sent = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "memory:" + name;

    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Why it takes nothing now; null: it does.</summary>
    public volatile Exception? Trouble;

    /// <summary>Holds each publication until it is done.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public List<MemorySource> Listeners { get; } = [];

    /// <summary>Calls, failed ones too.</summary>
    public int Tries { get; private set; }

    public IReadOnlyList<string> Sent => [.. _sent];

    public MemorySource Listen(string source)
    {
        var listener = new MemorySource(source);
        Listeners.Add(listener);
        return listener;
    }

    public async Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        lock (_sent) Tries++;
        await Gate.WaitAsync(cancel);
        if (Trouble is { } trouble) throw trouble;
        var text = Encoding.UTF8.GetString(message.Span);
        _sent.Enqueue(text);
        foreach (var listener in Listeners) listener.Send(text);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return default;
    }

    /// <summary>Returns when so many messages were taken.</summary>
    public async Task<IReadOnlyList<string>> HasAsync(int count)
    {
        while (true)
        {
            var change = Volatile.Read(ref _changed).Task;
            if (_sent.Count >= count) return Sent;
            await change.Within();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
