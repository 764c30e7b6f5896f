using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Receiving;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Cluster;

/// <summary>
/// Tells peers what is stored here, many objects in a message. Puts never wait for it: when more comes than can be told, the
/// next notice says that something is missing, and peers read the list.
/// </summary>
internal sealed class Announcer(string node, ClusterOptions options, TimeProvider clock, Random random, ILogger logger) : IDisposable
{
    private const int MostWaiting = 20_000;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PresenceEvery = TimeSpan.FromSeconds(5);

    private readonly Channel<SharedObject> _waiting = Channel.CreateBounded<SharedObject>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly SemaphoreSlim _answer = new(0);
    private volatile bool _isLost;

    /// <summary>Takes an object that is in place.</summary>
    public void Offer(SharedObject stored)
    {
        if (!_waiting.Writer.TryWrite(stored)) _isLost = true;
    }

    /// <summary>Says soon that this node is here: a new one asks.</summary>
    public void Answer()
    {
        if (_answer.CurrentCount == 0) _answer.Release();
    }

    public void Dispose() => _answer.Dispose();

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(TellAsync(stop), ShowAsync(stop));

    private async Task TellAsync(CancellationToken stop)
    {
        var most = Math.Min(options.Publisher.MaxBytes, 128 * 1024);
        var batch = new List<SharedObject>(Notice.MostObjects);
        while (await _waiting.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            await Task.Delay(Gathering, clock, stop).ConfigureAwait(false); // what is stored in a burst goes together
            batch.Clear();
            var bytes = 512;
            while (batch.Count < Notice.MostObjects && _waiting.Reader.TryPeek(out var next))
            {
                bytes += 160 + (6 * next.Key.Length); // at worst, escaped
                if (bytes > most && batch.Count > 0) break;
                _waiting.Reader.TryRead(out _);
                batch.Add(next);
            }

            var lost = _isLost;
            _isLost = false;
            await PublishAsync(new Notice(Notice.Stored, node, options.Address, batch, lost), stop).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(CancellationToken stop)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await PublishAsync(new Notice(Notice.Here, node, options.Address, Asks: isFirst), stop).ConfigureAwait(false);
            await _answer.WaitAsync(PresenceEvery, stop).ConfigureAwait(false);
        }
    }

    // Until the broker has it: what cannot be told now waits, and puts beyond it are found in the list.
    private async Task PublishAsync(Notice notice, CancellationToken stop)
    {
        var body = notice.Encode();
        var backoff = new Backoff(ReconnectPolicy.Default);
        while (true)
        {
            try
            {
                await options.Publisher.PublishAsync(body, stop).ConfigureAwait(false);
                return;
            }
            catch (IOException e)
            {
                if (backoff.Failures == 0) StoreLog.AnnouncingFails(logger, options.Publisher.Name, e.Message);
                backoff.MarkFailure();
                await Task.Delay(backoff.NextDelay(random), clock, stop).ConfigureAwait(false);
            }
        }
    }
}
