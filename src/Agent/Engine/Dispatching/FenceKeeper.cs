using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;
using Towncrier.Linux;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// Ends fences when their time is over, in the order they were armed: all stand equally long. Bounded: when very many
/// stand, arming another waits for the oldest to end.
/// </summary>
internal sealed class FenceKeeper(IReadOnlyList<Cache> caches, DispatchOptions options, TimeProvider clock, ILogger logger)
{
    private readonly Channel<IReadOnlyList<ArmedMessage>> _standing = Channel.CreateBounded<IReadOnlyList<ArmedMessage>>(
        new BoundedChannelOptions(Math.Max(1024, options.MaxArmed)) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes a message over; one for each cache, in the caches' order.</summary>
    public ValueTask KeepAsync(IReadOnlyList<ArmedMessage> armed, CancellationToken cancel)
        => armed.Count == 0 || options.Fence <= TimeSpan.Zero ? ValueTask.CompletedTask : _standing.Writer.WriteAsync(armed, cancel);

    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var armed in _standing.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            var left = armed[0].Ends - clock.GetUtcNow();
            if (left > TimeSpan.Zero) await Task.Delay(left, clock, stop).ConfigureAwait(false);
            for (var i = 0; i < caches.Count; i++) End(caches[i], armed[i]);
        }
    }

    private void End(Cache cache, ArmedMessage armed)
    {
        try
        {
            cache.EndFence(armed);
        }
        catch (LinuxException e)
        {
            // The directory is going away. What is in it is scanned when it is back, and meets the ended fence then.
            Log.CacheFailed(logger, armed.Id, e.Message);
        }

        cache.Expire(clock.GetUtcNow().ToUnixTimeSeconds());
    }
}
