using System.Threading.Channels;

namespace Towncrier.Store.Cluster;

/// <summary>
/// Tells peers what is stored here, many objects in a message. Puts never wait for it: when more comes than can be told, the
/// next notice says that something is missing, and peers read the list.
/// </summary>
internal sealed class Announcer(Self node, NoticeSender sender, TimeProvider clock)
{
    private const int MostWaiting = 20_000;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Channel<SharedObject> _waiting = Channel.CreateBounded<SharedObject>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private volatile bool _isLost;

    /// <summary>Takes an object that is in place: what cannot be told in time is found in the list.</summary>
    public void Offer(SharedObject stored)
    {
        if (!_waiting.Writer.TryWrite(stored)) _isLost = true;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (await _waiting.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            await Task.Delay(Gathering, clock, stop).ConfigureAwait(false); // what is stored in a burst goes together
            var batch = Next();
            var lost = _isLost;
            _isLost = false;
            await sender.SendAsync(Notice.Of(node, Notice.Stored) with { Objects = batch, Lost = lost }, stop).ConfigureAwait(false);
        }
    }

    // One that is too long for the channel by itself is found in the list, too.
    private List<SharedObject> Next()
    {
        var batch = new List<SharedObject>();
        var bytes = 512 + node.Address.OriginalString.Length;
        while (batch.Count < Notice.MostObjects && _waiting.Reader.TryPeek(out var next))
        {
            bytes += 160 + (6 * next.Key.Length); // at worst, escaped
            if (bytes > sender.MostBytes && batch.Count > 0) break;
            _waiting.Reader.TryRead(out _);
            batch.Add(next);
        }

        if (batch.Count != 1 || (Notice.Of(node, Notice.Stored) with { Objects = batch, Lost = true }).Encode().Length <= sender.Longest) return batch;
        _isLost = true;
        return [];
    }
}
