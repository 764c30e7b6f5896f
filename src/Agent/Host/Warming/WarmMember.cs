using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Host.Doctoring.Nginx;
using Towncrier.Store.Cluster;

namespace Towncrier.Host.Warming;

/// <summary>
/// This host among those that warm each other: says where it is, hears where others are, and takes from each that it hears of
/// while it is new. What others take from it is <see cref="EntryShelf"/>'s.
/// </summary>
internal sealed class WarmMember(CacheAgent agent, WarmOptions options, string name, TimeProvider clock, ILogger logger)
{
    private const int PeersAtATime = 16;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // The list of a thousand hosts is more than any warm-up reads.
    private readonly Channel<Uri> _peers = Channel.CreateBounded<Uri>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public EntryShelf Shelf { get; } = new(agent.Caches, clock);

    /// <summary>Runs until <paramref name="stop"/>. The agent goes on by itself, whatever happens here.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var source = options.Source.Open(clock);
        var publisher = options.Publisher.Open(clock);
        await using var closing = publisher.ConfigureAwait(false);
        using var closingToo = source as IDisposable;
        var node = Self.Begin(name, new Uri(options.Address, Here(options.Address) + "v1/"), clock);
        using var presence = new Presence(node, new NoticeSender(publisher, clock, new Random(), logger));
        var listener = new Listener(node, source, options.Peers, presence, clock, new Random(), logger) { Told = Hear };
        try
        {
            await Together.RunAsync(stop, presence.RunAsync, listener.RunAsync, options.Objects > 0 ? WarmAsync : _ => Task.CompletedTask).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            WarmLog.EndedByBug(logger, e);
        }
    }

    private static string Here(Uri address) => address.AbsolutePath.EndsWith('/') ? address.AbsolutePath : address.AbsolutePath + "/";

    private void Hear(Notice notice, Heard heard)
    {
        if (heard is Heard.New or Heard.Moved) _peers.Writer.TryWrite(notice.Address);
    }

    private async Task WarmAsync(CancellationToken stop)
    {
        // Not before invalidations are heard and every file is known: then what is purged from now on is not placed, and what is here is not asked for.
        while (!agent.IsReady) await Task.Delay(LookEvery, clock, stop).ConfigureAwait(false);
        var (text, _) = await NginxProgram.DumpAsync([], stop).ConfigureAwait(false);
        var build = await NginxProgram.BuildAsync(stop).ConfigureAwait(false);
        var model = text is null ? null : NginxModel.Read(text, "/etc/nginx/nginx.conf", build.Prefix);
        var tally = new WarmTally(agent.Meters.Meter);
        using var filler = options.Through is { } through ? new NginxFiller(through, options.Rate, clock) : null;
        using var phases = new NginxPhases(new NginxProcesses("/proc", options.Pid), model, build.User, filler, clock);
        using var budget = new WarmBudget(options.Objects, options.Timeout, clock);
        using var warmup = new Warmup(agent.Caches, options, phases, filler, ServedHosts.Of(model), tally, budget, clock, logger);
        var began = clock.GetTimestamp();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, budget.Begin());
        try
        {
            // At the same time: one that does not answer is no reason to ask none of the others.
            await Parallel.ForEachAsync(_peers.Reader.ReadAllAsync(both.Token), new ParallelOptions { MaxDegreeOfParallelism = PeersAtATime, CancellationToken = both.Token }, async (address, cancel) =>
            {
                await warmup.TakeFromAsync(address, cancel).ConfigureAwait(false);
                if (budget.IsSpent) await both.CancelAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
        }

        var (seconds, rest) = (clock.GetElapsedTime(began).TotalSeconds, tally.Rest());
        WarmLog.Ended(logger, tally.Warmed, tally.All, warmup.Peers, seconds, tally[WarmResult.Placed], tally[WarmResult.Fetched], rest);
    }
}
