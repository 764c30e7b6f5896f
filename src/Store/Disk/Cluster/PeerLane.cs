using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Nginx;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Cluster;

/// <summary>
/// What is fetched from one peer, a few objects at a time: a queue of its own, so that a peer that is slow or gone holds up
/// nobody else's objects. What finds no room in it, and what could not be fetched, is found in the peer's list later
/// (<see cref="IsMissed"/>): nothing is lost by not waiting. Safe for any thread.
/// </summary>
internal sealed class PeerLane(Uri address, Puller puller, int atATime, StoreMeters meters, TimeProvider clock, ILogger logger)
{
    private const int MostWaiting = 1000;
    private const int MostTries = 4;
    private const int FailuresOfOneAway = 8;

    private readonly Channel<Order> _orders = Channel.CreateBounded<Order>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly ConcurrentDictionary<EntryName, long> _inHand = new(); // of each name the latest that was ordered
    private int _failures; // in a row
    private volatile bool _isMissed;

    public Uri Address => address;

    /// <summary>It has more than was ordered, or than could be fetched. Set by whoever hears of it; taken back by who reads its list.</summary>
    public bool IsMissed
    {
        get => _isMissed;
        set => _isMissed = value;
    }

    /// <summary>Objects that could not be fetched since something last was.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Fetches an announced object in its turn, unless it is here. Never waits.</summary>
    public void Offer(SharedObject offered)
    {
        if (Accept(offered, null, null) is not { } order || _orders.Writer.TryWrite(order)) return;
        _isMissed = true;
        Release(order);
    }

    /// <summary>The same of a listed object; waits for room.</summary>
    public async ValueTask OfferAsync(SharedObject offered, Action<EntryName, PullResult?>? done, Func<bool>? isWanted, CancellationToken cancel)
    {
        if (Accept(offered, done, isWanted) is not { } order) return;
        try
        {
            await _orders.Writer.WriteAsync(order, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Release(order);
            done?.Invoke(order.Name, null);
            throw;
        }
    }

    /// <summary>Fetches until <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, atATime).Select(_ => WorkAsync(stop)));

    private Order? Accept(SharedObject offered, Action<EntryName, PullResult?>? done, Func<bool>? isWanted)
    {
        if (!EntryName.TryParse(System.Text.Encoding.UTF8.GetBytes(offered.Variant), out var name))
        {
            Tell(PullResult.Invalid, default, done);
            return null;
        }

        var unwanted = puller.Unwanted(name, offered);
        if (unwanted is null && _inHand.AddOrUpdate(name, offered.Stored, (_, known) => Math.Max(known, offered.Stored)) != offered.Stored) unwanted = PullResult.Here;
        if (unwanted is null) return new Order(offered with { Key = SharedObject.Shown(offered.Key) }, name, done, isWanted);
        Tell(unwanted.Value, name, done);
        return null;
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var order in _orders.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            // Of a peer that is away the rest need not be tried, one after the other: its list will tell of it.
            var isAsked = (order.IsWanted?.Invoke() ?? true) && (Failures < FailuresOfOneAway || !_isMissed);
            if (isAsked) Tell(await PullAsync(order, stop).ConfigureAwait(false), order.Name, order.Done);
            else order.Done?.Invoke(order.Name, null);
            Release(order);
        }
    }

    private async Task<PullResult> PullAsync(Order order, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var result = await puller.PullAsync(address, order.Object, order.Name, stop).ConfigureAwait(false);
                Volatile.Write(ref _failures, 0);
                if (result != PullResult.NoSpace || tries == MostTries) return result; // room is being made, by whoever keeps the limits
            }
            catch (IOException e)
            {
                if (tries == MostTries || Failures >= FailuresOfOneAway || e is PeerException { IsLasting: true })
                {
                    if (Interlocked.Increment(ref _failures) <= FailuresOfOneAway) StoreLog.PullFailed(logger, order.Object.Key, e.Message);
                    _isMissed = true;
                    return PullResult.Failed;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 << (2 * tries)), clock, stop).ConfigureAwait(false); // 0.4, 1.6, 6.4 s: over a peer's restart
        }
    }

    private void Release(Order order) => _inHand.TryRemove(new(order.Name, order.Object.Stored));

    private void Tell(PullResult result, EntryName name, Action<EntryName, PullResult?>? done)
    {
        meters.Pull(result);
        done?.Invoke(name, result);
    }
}
