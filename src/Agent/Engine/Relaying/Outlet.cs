using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent.Relaying;

/// <summary>
/// One target: sends each id once, and tries for as long as it takes. While the target does not answer, one message at a
/// time tries; the others wait. Thread-safe.
/// </summary>
internal sealed class Outlet(RelayTarget target, WireLimits limits, RelayMeters meters, TimeProvider clock, Random random, ILogger logger) : IDisposable
{
    /// <summary>Sent at a time: enough to fill the batches of those who batch.</summary>
    private const int AtATime = 256;

    /// <summary>Then a target counts as one that does not answer. At least once: it may have taken the message.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DedupeWindow _sent = new(new DedupeOptions { MaxIds = 50_000, MaxReports = 0 }, clock);
    private readonly SemaphoreSlim _places = new(AtATime, AtATime);
    private readonly SemaphoreSlim _probe = new(1, 1);
    private readonly Backoff _backoff = new(ReconnectPolicy.Default); // the prober's
    private volatile string? _trouble;
    private volatile bool _wasReached;
    private int _waiting;

    public string Name => target.Name;

    /// <summary>Sources that what is sent here comes back to.</summary>
    public IReadOnlyList<string> HeardBy => target.HeardBy;

    public TargetState State => new(target.Name, target.Publisher.Name) { Reached = _wasReached, Trouble = _trouble, Waiting = Volatile.Read(ref _waiting) };

    /// <summary>The target has it from before a restart.</summary>
    public void Remember(string id) => _sent.Restore(id, Done(id));

    /// <summary>Returns when the target has the message, also when somebody else sent it; or why it can never take it.</summary>
    /// <param name="message">As in <paramref name="body"/>.</param>
    /// <exception cref="OperationCanceledException">The target may have it or not.</exception>
    public async Task<Refusal?> SendAsync(Invalidation message, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var id = message.Id!;
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                if (_sent.TryBegin(id, out var first)) return await SendFirstAsync(message, body, stop).ConfigureAwait(false);
                await ((Task)first).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
                if (!first.IsCompletedSuccessfully) continue; // forgotten: it is ours to send
                meters.Sent(Name, "duplicate");
                return null;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _probe.Dispose();
    }

    private async Task<Refusal?> SendFirstAsync(Invalidation message, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var isSent = false;
        try
        {
            foreach (var piece in MessageFit.Of(message, body, Math.Min(target.Publisher.MaxBytes, limits.MaxBytes), limits))
                await DeliverAsync(piece, stop).ConfigureAwait(false);
            isSent = true;
            return null;
        }
        catch (ArgumentException e)
        {
            meters.Sent(Name, "refused");
            return new Refusal(RefusalReason.InvalidValue, $"{Name} ({target.Publisher.Name}) can never take it: {e.Message}");
        }
        finally
        {
            if (isSent) _sent.Complete(message.Id!, Done(message.Id!));
            else _sent.Forget(message.Id!);
        }
    }

    private async Task DeliverAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        while (true)
        {
            if (_trouble is null)
            {
                await _places.WaitAsync(stop).ConfigureAwait(false);
                try
                {
                    if (await TryAsync(body, stop).ConfigureAwait(false)) return;
                }
                finally
                {
                    _places.Release();
                }
            }
            else if (await ProbeAsync(body, stop).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    // True when this message got through while it was its turn to try.
    private async Task<bool> ProbeAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        await _probe.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_trouble is null) return false; // another got through meanwhile
            _backoff.MarkFailure();
            await Task.Delay(_backoff.NextDelay(random), clock, stop).ConfigureAwait(false);
            if (!await TryAsync(body, stop).ConfigureAwait(false)) return false;
            _backoff.MarkSuccess();
            return true;
        }
        finally
        {
            _probe.Release();
        }
    }

    private async Task<bool> TryAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            var publishing = target.Publisher.PublishAsync(body, limit.Token);
            _ = publishing.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            var published = await publishing.WaitAsync(limit.Token).ConfigureAwait(false); // one that does not heed the token holds nobody up
            Reached(published);
            return true;
        }
        catch (IOException e)
        {
            Failed(e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Failed($"it has not answered within {Patience.TotalSeconds:0} s");
        }

        return false;
    }

    private void Reached(Published published)
    {
        // Nobody was listening, and the broker keeps nothing: it is gone, as pub/sub has it.
        meters.Sent(Name, published.Receivers == 0 ? "unheard" : "sent");
        if (_trouble is not null) Log.TargetReached(logger, Name, target.Publisher.Name);
        _trouble = null;
        _wasReached = true;
    }

    private void Failed(string reason)
    {
        meters.Sent(Name, "failed");
        if (_trouble is null) Log.TargetUnreachable(logger, Name, target.Publisher.Name, reason);
        _trouble = reason;
    }

    private static InvalidationReport Done(string id) => new() { Id = id, State = InvalidationState.Relayed };
}
