using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;
using Towncrier.Wire;

namespace Towncrier.Agent.Receiving;

/// <summary>
/// Answers invalidations to whoever published them. A courtesy, never a reason to wait: when the receipts' broker is
/// away, up to 10,000 are kept, and further ones are dropped and counted.
/// </summary>
internal sealed class ReceiptSender(IInvalidationPublisher? publisher, string host, Meters meters, TimeProvider clock, Random random, ILogger logger)
{
    /// <summary>Sent at a time: a publisher may then carry them in one call.</summary>
    private const int AtATime = 16;

    private readonly Channel<Receipt> _queue = Channel.CreateBounded<Receipt>(
        new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public void Offer(InvalidationReport report) => Offer(new Receipt
    {
        Id = report.Id,
        Host = host,
        State = report.State,
        Matched = report.Matched,
        Purged = report.Purged,
        Milliseconds = report.Milliseconds,
        At = clock.GetUtcNow(),
        Error = report.State == InvalidationState.Failed ? FailureOf(report) : null,
    });

    /// <summary>Of a message that could be read far enough to have an id.</summary>
    public void OfferRefusal(string? id, Refusal refusal)
    {
        if (id is not null) Offer(new Receipt { Id = id, Host = host, State = InvalidationState.Failed, At = clock.GetUtcNow(), Error = refusal.Message });
    }

    /// <summary>Sends until <paramref name="stop"/>, then what is queued by then, as far as the broker takes it at once.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (publisher is null) return;
        using var ending = stop.UnsafeRegister(_ => _queue.Writer.TryComplete(), null);
        Offer(new Receipt { Id = Receipt.Hello, Host = host, State = InvalidationState.Applied, At = clock.GetUtcNow() });
        var backoff = new Backoff(ReconnectPolicy.Default);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var batch = new List<byte[]>(AtATime);
            while (batch.Count < AtATime && _queue.Reader.TryRead(out var receipt)) batch.Add(ReceiptJson.Encode(receipt));
            await SendAsync(publisher, batch, backoff, stop).ConfigureAwait(false);
        }
    }

    private void Offer(Receipt receipt)
    {
        if (publisher is not null && !_queue.Writer.TryWrite(receipt)) meters.Receipt("dropped");
    }

    // Until all are sent; after the stop once.
    private async Task SendAsync(IInvalidationPublisher to, List<byte[]> batch, Backoff backoff, CancellationToken stop)
    {
        while (true)
        {
            var problems = await Task.WhenAll(batch.Select(body => TrySendAsync(to, body, stop))).ConfigureAwait(false);
            meters.Receipt("sent", problems.Count(problem => problem is null));
            batch = [.. batch.Where((_, i) => problems[i] is not null)];
            if (problems.FirstOrDefault(problem => problem is { Length: > 0 }) is { } failed)
            {
                if (backoff.Failures == 0) Log.ReceiptsFail(logger, to.Name, failed);
                backoff.MarkFailure();
            }
            else if (batch.Count == 0)
            {
                backoff.MarkSuccess();
            }

            if (batch.Count == 0 || stop.IsCancellationRequested) return;
            await Task.Delay(backoff.NextDelay(random), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null when it is sent; empty when its time was up, or the agent stops.
    private async Task<string?> TrySendAsync(IInvalidationPublisher to, byte[] body, CancellationToken stop)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await to.PublishAsync(body, stop.IsCancellationRequested ? limit.Token : stop).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return "";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static string FailureOf(InvalidationReport report)
        => report.Targets.SelectMany(target => target.Failures).FirstOrDefault()?.Error
            ?? "some files could not be purged: " + string.Join(", ", report.Outcomes.Select(o => $"{o.Value} {o.Key}"));
}
