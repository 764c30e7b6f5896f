using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Receiving;

/// <summary>
/// Reads one source for as long as the agent runs: connects again when it ends, refuses what the judge refuses, answers
/// duplicates with the first one's report, and hands the rest on. Waits when the next room is full.
/// </summary>
internal sealed class Intake(
    IInvalidationSource source, Judge judge, DedupeWindow dedupe, ChannelWriter<Admitted> to,
    Meters meters, TimeProvider clock, Random random, ILogger logger)
{
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(new ReconnectPolicy());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var delivery in source.ReadAsync(new SourceContext(meters, logger), stop).ConfigureAwait(false))
                {
                    backoff.MarkSuccess();
                    await TakeAsync(delivery, stop).ConfigureAwait(false);
                }

                return; // a source that ends by itself has been closed
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (IOException e)
            {
                backoff.MarkFailure();
                var delay = backoff.NextDelay(random);
                Log.SourceFailed(logger, source.Name, delay, e.Message);
                await Task.Delay(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAsync(Delivery delivery, CancellationToken stop)
    {
        var received = clock.GetUtcNow();
        if (!judge.TryAdmit(delivery.Body, out var message, out var refusal))
        {
            meters.Refused(delivery.Source, refusal.Reason);
            Log.Refused(logger, delivery.Source, refusal.Reason, refusal.Message);
            await delivery.RejectAsync(refusal, stop).ConfigureAwait(false);
            return;
        }

        if (!dedupe.TryBegin(message.Id!, out var first))
        {
            meters.Invalidation(delivery.Source, message.Command, "duplicate");
            _ = AnswerAsync(delivery, message.Id!, first, stop);
            return;
        }

        await to.WriteAsync(new Admitted(message, delivery.Body, delivery.Source, received, delivery, source.Traits.Settles), stop).ConfigureAwait(false);
    }

    private async Task AnswerAsync(Delivery delivery, string id, Task<InvalidationReport> first, CancellationToken stop)
    {
        try
        {
            // What is accepted is durable; a duplicate's sender may not be promised more than the first one's.
            await Task.WhenAny(dedupe.WhenDurable(id), first).WaitAsync(stop).ConfigureAwait(false);
            if (!first.IsCanceled) await delivery.AcceptAsync(id, stop).ConfigureAwait(false);
            var report = await first.WaitAsync(stop).ConfigureAwait(false);
            await delivery.CompleteAsync(report, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The first was forgotten, or the agent stops: it must come again, and so must this one.
            await delivery.AbandonAsync("the first message of this id was not applied", CancellationToken.None).ConfigureAwait(false);
        }
    }
}
