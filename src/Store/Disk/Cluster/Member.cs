using Microsoft.Extensions.Logging;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Store.Observing;
using Towncrier.Store.Writing;

namespace Towncrier.Store.Cluster;

/// <summary>
/// One node of a cluster: announces, listens, fetches. When it has just come it fetches what its peers used last; and from
/// then on, whatever it may have missed.
/// </summary>
internal sealed class Member : IDisposable
{
    private readonly PeerClient _client;
    private readonly PeerTable _peers;
    private readonly WarmBudget _warm;
    private readonly Presence _presence;
    private readonly Announcer _announcer;
    private readonly Listener _listener;

    private Member(PeerClient client, PeerTable peers, WarmBudget warm, Presence presence, Announcer announcer, Listener listener)
    {
        (_client, _peers, _warm, _presence, _announcer, _listener) = (client, peers, warm, presence, announcer, listener);
        listener.Told = peers.Hear;
    }

    /// <param name="longest">Bytes of a body.</param>
    /// <param name="full">Told that the disk has no room.</param>
    public static Member Join(ClusterOptions options, string name, Cache cache, StoreDirectory directory, ObjectWriter writer, long longest, StoreMeters meters, Action full, TimeProvider clock, ILogger logger)
    {
        var client = new PeerClient(options.Token, clock, options.Handler);
        var puller = new Puller(cache, directory, writer, new PeerFiles(client, directory, longest + HeaderDraft.MaxLength), full, clock);
        var warm = new WarmBudget(options.WarmupObjects, options.WarmupTimeout, clock);
        var room = new Room(cache, directory.Levels);
        var peers = new PeerTable(address =>
        {
            var lane = new PeerLane(address, puller, options.PullsAtATime, meters, clock, logger);
            return (lane, new PeerLists(lane, client, warm, room, clock, logger));
        });
        var node = Self.Begin(name, options.Address, clock);
        var sender = new NoticeSender(options.Publisher, clock, new Random(), logger);
        var presence = new Presence(node, sender);
        var listener = new Listener(node, options.Source, options.Peers, presence, clock, new Random(), logger);
        return new Member(client, peers, warm, presence, new Announcer(node, sender, clock), listener);
    }

    /// <summary>Objects that were fetched while this node was new.</summary>
    public int Warmed => _warm.Pulled;

    public void Offer(SharedObject stored) => _announcer.Offer(stored);

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await Together.RunAsync(stop, _presence.RunAsync, _announcer.RunAsync, _listener.RunAsync, _peers.WhenBrokenAsync).ConfigureAwait(false);
        }
        finally
        {
            await _peers.EndAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _presence.Dispose();
        _warm.Dispose();
    }
}
