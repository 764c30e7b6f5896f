using Microsoft.Extensions.Logging;
using Towncrier.Agent.Receiving;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Cluster;

/// <summary>Sends notices on a cluster's channel.</summary>
internal sealed class NoticeSender(IInvalidationPublisher publisher, TimeProvider clock, Random random, ILogger logger)
{
    /// <summary>Bytes that a notice of several objects may have.</summary>
    public int MostBytes { get; } = Math.Min(publisher.MaxBytes, 128 * 1024);

    /// <summary>Bytes of the longest notice that can be sent.</summary>
    public int Longest => publisher.MaxBytes;

    /// <summary>Returns once the broker has it: what cannot be told now waits.</summary>
    public async Task SendAsync(Notice notice, CancellationToken stop)
    {
        var body = notice.Encode();
        var backoff = new Backoff(ReconnectPolicy.Default);
        while (true)
        {
            try
            {
                await publisher.PublishAsync(body, stop).ConfigureAwait(false);
                return;
            }
            catch (IOException e)
            {
                if (backoff.Failures == 0) StoreLog.AnnouncingFails(logger, publisher.Name, e.Message);
                backoff.MarkFailure();
                await Task.Delay(backoff.NextDelay(random), clock, stop).ConfigureAwait(false);
            }
        }
    }
}
