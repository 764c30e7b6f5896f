using Microsoft.Extensions.Logging;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Cluster;

/// <summary>
/// Reads one peer's lists: what it used last while this node is new, and all it has when something may have been missed. A
/// list that cannot be read is asked for again; of a peer that is gone, not before it is heard of.
/// </summary>
internal sealed class PeerLists(PeerLane lane, PeerClient client, WarmBudget warm, Room room, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenWarmups = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _heard = new(0);
    private volatile bool _isNew;
    private bool _isRead = true;
    private TimeSpan _pause;
    private DateTimeOffset _notBefore;

    /// <summary>The peer is there. Returns at once.</summary>
    public void Hear(Heard heard)
    {
        if (heard is Heard.New or Heard.Moved) _isNew = true;
        if (heard == Heard.Missed || (heard == Heard.Moved && warm.IsOver)) lane.IsMissed = true;
        if ((_isNew || lane.IsMissed) && _heard.CurrentCount == 0) _heard.Release();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await _heard.WaitAsync(stop).ConfigureAwait(false);
            if (_isNew) await WarmAsync(stop).ConfigureAwait(false);
            _isNew = false;
            if (lane.IsMissed && clock.GetUtcNow() >= _notBefore) await CatchUpAsync(stop).ConfigureAwait(false);
        }
    }

    public void Dispose() => _heard.Dispose();

    private async Task WarmAsync(CancellationToken stop)
    {
        if (warm.Objects == 0) return;
        var over = warm.Begin();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, over);
        try
        {
            for (var tries = 1; !warm.IsSpent; tries++)
            {
                if (await TryWarmAsync(isFirst: tries == 1, over, both.Token).ConfigureAwait(false)) return;
                await Task.Delay(BetweenWarmups, clock, both.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            StoreLog.WarmupEnded(logger, lane.Address, warm.Pulled);
        }
    }

    private async Task<bool> TryWarmAsync(bool isFirst, CancellationToken over, CancellationToken cancel)
    {
        try
        {
            // What was here before may go for what peers used last; that in turn does not go for what they used before that.
            var isThere = room.For(room.Stored);
            var order = room.Order(withHere: true);
            var list = await client.ReadListAsync(lane.Address, $"newest={warm.Objects}", warm.Objects, NoticeJson.Default.ListSharedObject, cancel).ConfigureAwait(false);
            foreach (var one in list.Value ?? [])
            {
                if (!SharedObject.IsSound(one)) continue;
                if (!isThere() || !await warm.TakeAsync(cancel).ConfigureAwait(false)) return true;
                await lane.OfferAsync(
                    one,
                    (name, result) =>
                    {
                        warm.Tell(result == PullResult.Pulled);
                        order(name, result);
                    },
                    () => !over.IsCancellationRequested && isThere(),
                    cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (IOException e)
        {
            if (isFirst) StoreLog.ListFailed(logger, lane.Address, e.Message);
            return e is PeerException { IsLasting: true };
        }
    }

    private async Task CatchUpAsync(CancellationToken stop)
    {
        _pause = _isRead && lane.Failures == 0 ? TimeSpan.Zero : _pause * 2 is var twice && twice < FirstPause ? FirstPause : twice > LongestPause ? LongestPause : twice;
        lane.IsMissed = false; // what is missed from now on is so again
        _isRead = false;
        var isThere = room.For(0);
        try
        {
            var all = await OfferAsync($"newest={Shelf.MostListed}", isThere, stop).ConfigureAwait(false);
            // More than one list can hold: the rest in the order in which it lies there.
            if (all.All > Shelf.MostListed)
                for (long? from = 0; from is { } at && isThere();) from = (await OfferAsync($"from={at}", isThere, stop).ConfigureAwait(false)).Next is { } next && next > at ? next : null;
            _isRead = true;
        }
        catch (IOException e)
        {
            if (_pause < LongestPause) StoreLog.ListFailed(logger, lane.Address, e.Message);
            lane.IsMissed = true;
            _pause = _pause == TimeSpan.Zero ? FirstPause : _pause;
        }

        _notBefore = clock.GetUtcNow() + _pause;
    }

    // Where there is no room for more, the most recent is what fits.
    private async Task<PeerList<List<SharedObject>>> OfferAsync(string query, Func<bool> isThere, CancellationToken stop)
    {
        var list = await client.ReadListAsync(lane.Address, query, Shelf.MostListed, NoticeJson.Default.ListSharedObject, stop).ConfigureAwait(false);
        var order = room.Order(withHere: false);
        foreach (var one in list.Value ?? [])
        {
            if (!isThere()) break;
            if (SharedObject.IsSound(one)) await lane.OfferAsync(one, order, isThere, stop).ConfigureAwait(false);
        }

        return list;
    }
}
