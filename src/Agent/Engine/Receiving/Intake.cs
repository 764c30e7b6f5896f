using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;
using Towncrier.Wire;

namespace Towncrier.Agent.Receiving;

/// <summary>
/// Reads one source for as long as the agent runs: connects again when it fails, opens envelopes, refuses what the judge
/// refuses, answers duplicates with the first one's report, and hands the rest on. Waits when the next room is full.
/// </summary>
internal sealed class Intake(
    IInvalidationSource source, SourceContext context, Judge judge, DedupeWindow dedupe, ChannelWriter<Admitted> to,
    ReceiptSender receipts, Meters meters, TimeProvider clock, Random random, ILogger logger)
{
    /// <exception cref="GapStopException">The operator wants the agent to end at a gap.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(ReconnectPolicy.Default);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var delivery in source.ReadAsync(context, stop).ConfigureAwait(false))
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
                context.Lost(e.Message);
                var delay = backoff.NextDelay(random);
                Log.SourceFailed(logger, source.Name, delay, e.Message);
                await Task.Delay(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAsync(Delivery delivery, CancellationToken stop)
    {
        var received = clock.GetUtcNow();
        if (!EnvelopeChain.TryOpen(delivery.Body, delivery.Headers, judge.Limits, out var messages, out var refusal))
        {
            await RefuseAsync(delivery, null, refusal, stop).ConfigureAwait(false);
            return;
        }

        var shared = messages.Count == 1 ? null : new SharedDelivery(delivery, messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            var one = shared?.Part(i, messages[i].Body) ?? delivery;
            var opened = messages[i] with { Id = messages[i].Id ?? one.TransportId, Issued = messages[i].Issued ?? one.SentAt };
            await TakeOneAsync(one, opened, received, stop).ConfigureAwait(false);
        }
    }

    private async Task TakeOneAsync(Delivery delivery, OpenedMessage opened, DateTimeOffset received, CancellationToken stop)
    {
        switch (judge.Decide(opened, source.Name, out var message, out var refusal))
        {
            case Verdict.Refused:
                await RefuseAsync(delivery, message.Id, refusal, stop).ConfigureAwait(false);
                return;
            case Verdict.NotForUs:
                meters.Invalidation(delivery.Source, message.Command, "skipped");
                var skipped = new InvalidationReport { Id = message.Id!, State = InvalidationState.Skipped };
                receipts.Offer(skipped);
                await delivery.AcceptAsync(message.Id!, stop).ConfigureAwait(false);
                await delivery.CompleteAsync(skipped, stop).ConfigureAwait(false);
                return;
        }

        if (!dedupe.TryBegin(message.Id!, out var first))
        {
            meters.Invalidation(delivery.Source, message.Command, "duplicate");
            _ = AnswerAsync(delivery, message.Id!, first, stop);
            return;
        }

        await to.WriteAsync(new Admitted(message, opened.Body, delivery.Source, received, delivery, source.Traits.Settles), stop).ConfigureAwait(false);
    }

    private async Task RefuseAsync(Delivery delivery, string? id, Refusal refusal, CancellationToken stop)
    {
        context.Refused(delivery.Source, refusal);
        receipts.OfferRefusal(id, refusal);
        await delivery.RejectAsync(refusal, stop).ConfigureAwait(false);
    }

    private async Task AnswerAsync(Delivery delivery, string id, Task<InvalidationReport> first, CancellationToken stop)
    {
        try
        {
            // What is accepted is durable; a duplicate's sender may not be promised more than the first one's.
            await Task.WhenAny(dedupe.WhenDurable(id), first).WaitAsync(stop).ConfigureAwait(false);
            if (!first.IsCanceled) await delivery.AcceptAsync(id, stop).ConfigureAwait(false);
            var report = await first.WaitAsync(stop).ConfigureAwait(false);
            receipts.Offer(report);
            await delivery.CompleteAsync(report, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The first was forgotten, or the agent stops: it must come again, and so must this one.
            await delivery.AbandonAsync("the first message of this id was not applied", CancellationToken.None).ConfigureAwait(false);
        }
    }
}
