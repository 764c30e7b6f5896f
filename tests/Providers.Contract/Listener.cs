using System.Collections.Concurrent;
using System.Text;

namespace Towncrier.Providers.Contract;

/// <summary>
/// Plays the agent to a source: reads it, settles as it is told, calls again after a failure, and writes down what it
/// hears. Positions outlive it when they are handed to the next.
/// </summary>
internal sealed class Listener : ISourceContext, IAsyncDisposable
{
    private static readonly InvalidationReport Report = new() { Id = "1", State = InvalidationState.Applied };

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly Func<Delivery, ValueTask> _take;
    private readonly Task _running;

    private Listener(IInvalidationSource source, ConcurrentDictionary<string, string>? positions, Func<Delivery, ValueTask>? take)
    {
        Source = source;
        Positions = positions ?? new ConcurrentDictionary<string, string>();
        _take = take ?? Complete;
        _running = Task.Run(RunAsync);
    }

    public IInvalidationSource Source { get; }

    public ConcurrentDictionary<string, string> Positions { get; }

    /// <summary>The bodies of all deliveries, in their order.</summary>
    public IReadOnlyCollection<string> Bodies => _bodies;

    public ConcurrentQueue<Gap> Gaps { get; } = new();

    public ConcurrentQueue<(string Channel, Refusal Refusal)> Refusals { get; } = new();

    /// <summary>The messages of the failures after which it was called again.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Channels, in the order they said they are connected; each time.</summary>
    public ConcurrentQueue<string> Connects { get; } = new();

    /// <summary>Called for each gap, as the agent deals with it.</summary>
    public Action OnGap { get; set; } = () => { };

    /// <summary>What happened, in order: <c>gap</c>, <c>connected</c>, and bodies.</summary>
    public ConcurrentQueue<string> Story { get; } = new();

    /// <summary>Starts to read. Deliveries are completed unless <paramref name="take"/> does otherwise.</summary>
    public static Listener Start(
        IInvalidationSource source, ConcurrentDictionary<string, string>? positions = null, Func<Delivery, ValueTask>? take = null) => new(source, positions, take);

    /// <summary>Starts to read, and returns when every channel is connected.</summary>
    public static async Task<Listener> ConnectAsync(
        IInvalidationSource source, ConcurrentDictionary<string, string>? positions = null, Func<Delivery, ValueTask>? take = null)
    {
        var listener = Start(source, positions, take);
        await listener.ConnectedAsync(source.Channels.Count);
        return listener;
    }

    public static async ValueTask Complete(Delivery delivery)
    {
        await delivery.AcceptAsync("1", CancellationToken.None);
        await delivery.CompleteAsync(Report, CancellationToken.None);
    }

    /// <summary>Waits until so many times a channel was connected, all together.</summary>
    public async Task ConnectedAsync(int times, TimeSpan? deadline = null)
    {
        try
        {
            await Eventually.TrueAsync(() => Ended(times <= Connects.Count), $"connected {times} times", deadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; {Connects.Count} are; failures: {string.Join(" | ", Failures.TakeLast(5))}");
        }
    }

    public Task ReceivedAsync(int count) =>
        Eventually.TrueAsync(() => Ended(_bodies.Count >= count), $"{count} deliveries; there are {_bodies.Count}");

    public Task FailedAsync(int count, TimeSpan? deadline = null) =>
        Eventually.TrueAsync(() => Ended(Failures.Count >= count), $"{count} failures", deadline);

    string? ISourceContext.PositionOf(string channel) => Positions.GetValueOrDefault(channel);

    void ISourceContext.Keep(string channel, string position) => Positions[channel] = position;

    void ISourceContext.Connected(string channel)
    {
        Story.Enqueue("connected");
        Connects.Enqueue(channel);
    }

    ValueTask ISourceContext.GapAsync(Gap gap, CancellationToken cancel)
    {
        Story.Enqueue("gap");
        Gaps.Enqueue(gap);
        OnGap();
        return ValueTask.CompletedTask;
    }

    void ISourceContext.Refused(string channel, Refusal refusal) => Refusals.Enqueue((channel, refusal));

    /// <summary>Stops reading; the source must let go at once.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Eventually.Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100)); // the agent's first backoff
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var delivery in Source.ReadAsync(this, _stop.Token))
                {
                    var body = Encoding.UTF8.GetString(delivery.Body.Span);
                    Story.Enqueue(body);
                    var taking = _take(delivery).AsTask();
                    _bodies.Enqueue(body); // whoever sees it sees also what was done up to the first wait
                    await taking.WaitAsync(_stop.Token);
                }

                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (IOException e)
            {
                Failures.Enqueue(e.Message);
                if (!await WaitAsync(pause)) return;
            }
        }
    }

    private async Task<bool> WaitAsync(PeriodicTimer pause)
    {
        try
        {
            return await pause.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A reader that died of something unexpected fails the test with it, at once.
    private bool Ended(bool done)
    {
        if (!done && _running.IsFaulted) _running.GetAwaiter().GetResult();
        return done;
    }
}
