using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Dispatching;
using Towncrier.Store.Observing;
using Towncrier.Store.Writing;

namespace Towncrier.Store.Cluster;

/// <summary>
/// One node of a cluster: announces, listens, fetches. When it has just come it fetches what its peers used last; and from
/// then on, whatever it may have missed.
/// </summary>
internal sealed class Member : IDisposable
{
    private readonly ClusterOptions _options;
    private readonly Puller _puller;
    private readonly PeerClient _client;
    private readonly Presence _presence;
    private readonly Announcer _announcer;
    private readonly Listener _listener;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<(Uri Address, bool IsNew)> _toList = Channel.CreateBounded<(Uri, bool)>(new BoundedChannelOptions(4000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<Uri, bool> _listing = new();
    private int _warmed;

    private Member(ClusterOptions options, Puller puller, PeerClient client, Presence presence, Announcer announcer, Listener listener, TimeProvider clock, ILogger logger)
    {
        (_options, _puller, _client, _presence, _announcer, _listener, _clock, _logger) = (options, puller, client, presence, announcer, listener, clock, logger);
        listener.Stored = (address, stored, stop) => puller.OfferAsync(address, stored, null, stop);
        listener.Joined = address => Enqueue(address, isNew: true);
        listener.Missed = address => Enqueue(address, isNew: false);
    }

    public static Member Join(ClusterOptions options, string node, Cache cache, StoreDirectory directory, ObjectWriter writer, long longest, StoreMeters meters, TimeProvider clock, ILogger logger)
    {
        var client = new PeerClient(options.Token, options.Handler);
        var puller = new Puller(cache, directory, writer, client, options, longest, meters, clock, logger);
        var sender = new NoticeSender(options.Publisher, clock, new Random(), logger);
        var presence = new Presence(node, options.Address, sender);
        var listener = new Listener(node, options.Source, options.Peers, presence, clock, new Random(), logger);
        return new Member(options, puller, client, presence, new Announcer(node, options.Address, sender, clock), listener, clock, logger);
    }

    /// <summary>Objects that were fetched while this node was new.</summary>
    public int Warmed => Volatile.Read(ref _warmed);

    public void Offer(SharedObject stored) => _announcer.Offer(stored);

    public async Task RunAsync(CancellationToken stop)
    {
        var began = _clock.GetTimestamp();
        await Task.WhenAll(_puller.RunAsync(stop), _presence.RunAsync(stop), _announcer.RunAsync(stop), _listener.RunAsync(stop), ListAsync(began, stop)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _client.Dispose();
        _presence.Dispose();
    }

    private void Enqueue(Uri address, bool isNew)
    {
        if (isNew || _listing.TryAdd(address, true)) _toList.Writer.TryWrite((address, isNew));
    }

    private async Task ListAsync(long began, CancellationToken stop)
    {
        await foreach (var (address, isNew) in _toList.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            _listing.TryRemove(address, out _);
            var isWarming = _clock.GetElapsedTime(began) < _options.WarmupTimeout;
            try
            {
                if (!isNew) await FetchAsync(address, Shelf.MostListed, null, stop).ConfigureAwait(false);
                else if (isWarming && _options.WarmupObjects > 0) await WarmAsync(address, began, stop).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                StoreLog.ListFailed(_logger, address, e.Message);
            }
        }
    }

    private async Task WarmAsync(Uri address, long began, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(_options.WarmupTimeout - _clock.GetElapsedTime(began), _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            await FetchAsync(address, _options.WarmupObjects, result => Interlocked.Add(ref _warmed, result == PullResult.Pulled ? 1 : 0), both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            StoreLog.WarmupEnded(_logger, Warmed);
        }
    }

    private async Task FetchAsync(Uri address, int count, Action<PullResult>? done, CancellationToken cancel)
    {
        foreach (var listed in await _client.ListNewestAsync(address, count, cancel).ConfigureAwait(false))
        {
            if (done is not null && Warmed >= _options.WarmupObjects) return;
            await _puller.OfferAsync(address, listed, done, cancel).ConfigureAwait(false);
        }
    }
}
