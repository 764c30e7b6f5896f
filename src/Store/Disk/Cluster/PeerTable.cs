namespace Towncrier.Store.Cluster;

/// <summary>
/// The peers that objects are fetched from, the latest heard of: beyond so many, the one not heard of for longest is given up
/// with what waits for it. For one thread at a time.
/// </summary>
internal sealed class PeerTable(Func<Uri, (PeerLane Lane, PeerLists Lists)> make)
{
    private const int Most = 256;

    private readonly OrderedDictionary<Uri, Running> _peers = [];
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ended = Task.CompletedTask;

    /// <summary>Hears what a node says of itself and of what it has stored. Returns at once; what there is to do is done until <see cref="EndAsync"/>.</summary>
    public void Hear(Notice notice, Heard heard)
    {
        if (!_peers.Remove(notice.Address, out var peer)) peer = Begin(notice.Address);
        _peers.Add(notice.Address, peer);
        if (_peers.Count > Most)
        {
            var longest = _peers.GetAt(0).Value;
            _peers.RemoveAt(0);
            _ended = Task.WhenAll(_ended, GiveUpAsync(longest));
        }

        if (notice.Lost) peer.Lane.IsMissed = true;
        peer.Lists.Hear(heard);
        foreach (var stored in notice.Objects ?? []) peer.Lane.Offer(stored);
    }

    /// <summary>Waits until one of them is broken by a bug, and throws what it was.</summary>
    public Task WhenBrokenAsync(CancellationToken stop) => _broken.Task.WaitAsync(stop);

    /// <summary>Ends all of them.</summary>
    public Task EndAsync() => Task.WhenAll([_ended, .. _peers.Values.Select(GiveUpAsync)]);

    private static async Task GiveUpAsync(Running peer)
    {
        await peer.End.CancelAsync().ConfigureAwait(false);
        await peer.Task.ConfigureAwait(false);
        peer.Lists.Dispose();
        peer.End.Dispose();
    }

    private Running Begin(Uri address)
    {
        var (lane, lists) = make(address);
        var end = new CancellationTokenSource();
        return new Running(lane, lists, end, RunAsync(lane, lists, end.Token));
    }

    private async Task RunAsync(PeerLane lane, PeerLists lists, CancellationToken stop)
    {
        try
        {
            await Together.RunAsync(stop, lane.RunAsync, lists.RunAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception bug)
        {
            _broken.TrySetException(bug);
        }
    }

    private sealed record Running(PeerLane Lane, PeerLists Lists, CancellationTokenSource End, Task Task);
}
