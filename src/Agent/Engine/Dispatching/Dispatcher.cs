using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Receiving;
using Towncrier.Linux;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// Takes admitted messages, applies them, journals what came of it, and only then settles them. A few are applied at a
/// time; settling waits for the journal's flush and, during a scan, for its end, without holding the others up.
/// </summary>
internal sealed class Dispatcher(
    ChannelReader<Admitted> from, Applier applier, TargetSet targets, FenceKeeper fences, DedupeWindow dedupe, Journal journal, ReceiptSender receipts,
    DispatchOptions options, Meters meters, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>Then one that fails in part each time is given up, so that it cannot hold up a source for good.</summary>
    private const int MostAttempts = 10;

    private const int MostUnsettled = 10_000; // each pins its message and its acceptance in the journal

    private readonly SemaphoreSlim _room = new(MostUnsettled, MostUnsettled);

    /// <summary>Runs until the channel is completed and every message that can be settled is.</summary>
    /// <param name="stop">What is still waiting for a scan then is given up; its sender has to send it again.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => WorkAsync(stop), CancellationToken.None))).ConfigureAwait(false);
        for (var i = 0; i < MostUnsettled; i++) await _room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose() => _room.Dispose();

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var admitted in from.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await _room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            var handled = HandleAsync(admitted, stop);
            // Applying is synchronous; what remains is waiting, which the next message need not.
            _ = handled.ContinueWith(
                done =>
                {
                    if (done.IsFaulted) Log.Bug(logger, admitted.Message.Id!, done.Exception);
                    _room.Release();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task HandleAsync(Admitted admitted, CancellationToken stop)
    {
        var message = admitted.Message;
        try
        {
            if (!applier.TryPrepare(message, !targets.IsEmpty, out var prepared, out var refusal))
            {
                await RefuseAsync(admitted, refusal).ConfigureAwait(false);
                return;
            }

            var durable = admitted.Delivery?.AnswersOnAccept == true ? AcceptAsync(admitted) : null;
            var remote = targets.ApplyAsync(prepared.ForTargets, stop);
            var application = applier.Apply(message, prepared, admitted.Received, admitted.Source);
            // Before it may be called pending: that, too, is a promise that a kill must not break.
            if (!application.Covered.IsCompleted && admitted.Delivery is not null) durable ??= AcceptAsync(admitted);
            if (durable is not null) await durable.ConfigureAwait(false);
            await fences.KeepAsync(application.Armed, stop).ConfigureAwait(false);
            if (!application.Covered.IsCompleted)
            {
                dedupe.Complete(message.Id!, application.Report(Elapsed(admitted)));
                await application.Covered.WaitAsync(stop).ConfigureAwait(false);
            }

            var beside = await remote.ConfigureAwait(false);
            var own = application.Report(Elapsed(admitted));
            await FinishAsync(admitted, TargetSet.Join(own, beside), TargetSet.IsWorthRetry(own, beside)).ConfigureAwait(false);
        }
        catch (LinuxException e)
        {
            Log.CacheFailed(logger, message.Id!, e.Message);
            await AbandonAsync(admitted, "a cache directory cannot be read: " + e.Message).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Log.JournalFailed(logger, e.Message);
            await AbandonAsync(admitted, "the journal cannot be written: " + e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await AbandonAsync(admitted, "the agent is stopping before its scan has ended").ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Admitted admitted)
    {
        var record = new AcceptedRecord(admitted.Message.Id!, clock.GetUtcNow(), admitted.Source, admitted.Body);
        await journal.AppendAsync(record, CancellationToken.None).ConfigureAwait(false);
        dedupe.MarkDurable(admitted.Message.Id!);
        await admitted.Delivery!.AcceptAsync(admitted.Message.Id!, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task FinishAsync(Admitted admitted, InvalidationReport report, bool retry)
    {
        var message = admitted.Message;
        var failed = report.State == InvalidationState.Failed;
        Count(admitted, report);
        if (failed && retry && admitted is { Redelivers: true, Delivery.Attempt: < MostAttempts })
        {
            await AbandonAsync(admitted, "it failed in part, and is tried again").ConfigureAwait(false);
            return;
        }

        await journal.AppendAsync(
            new AppliedRecord(message.Id!, clock.GetUtcNow())
            {
                Received = admitted.Received,
                Source = admitted.Source,
                Message = admitted.Body,
                Report = report,
                LagMilliseconds = message.Issued is { } issued ? (admitted.Received - issued).TotalMilliseconds : null,
                FenceUntil = message.DryRun ? admitted.Received : admitted.Received + options.Remember,
            },
            CancellationToken.None).ConfigureAwait(false);
        dedupe.Complete(message.Id!, report);
        receipts.Offer(report);
        if (admitted.Delivery is not { } delivery) return;
        if (failed && admitted.Redelivers) await GiveUpAsync(admitted, delivery).ConfigureAwait(false);
        else await delivery.CompleteAsync(report, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task GiveUpAsync(Admitted admitted, Delivery delivery)
    {
        const string Why = "some of it could not be applied; the journal has the outcomes";
        Log.GivenUp(logger, admitted.Message.Id!, admitted.Source, delivery.Attempt, Why);
        await delivery.RejectAsync(new Refusal(RefusalReason.InvalidValue, Why), CancellationToken.None).ConfigureAwait(false);
    }

    private void Count(Admitted admitted, InvalidationReport report)
    {
        var failed = report.State == InvalidationState.Failed;
        meters.Invalidation(admitted.Source, admitted.Message.Command, failed ? "failed" : "applied");
        meters.Purged(admitted.Message.Mode, report.Purged);
        meters.Applied(Elapsed(admitted));
        if (admitted.Message.Issued is { } issued) meters.Lag(admitted.Received - issued);
        var refused = report.Values.Where(value => value.Error is not null).ToArray();
        if (refused.Length > 0)
        {
            meters.RefusedValues(admitted.Source, admitted.Message.Command, refused.Length);
            Log.ValuesRefused(logger, report.Id, admitted.Source, refused.Length, report.Values.Count, refused[0].Error!);
        }

        if (failed) Log.Failed(logger, report.Id, string.Join(", ", report.Outcomes.Select(o => $"{o.Value} {o.Key}")));
        else Log.Applied(logger, report.Id, admitted.Message.Command, admitted.Source, report.Matched, report.Purged, report.Milliseconds);
    }

    private async Task RefuseAsync(Admitted admitted, Refusal refusal)
    {
        var id = admitted.Message.Id!;
        meters.Refused(admitted.Source, refusal.Reason);
        Log.Refused(logger, admitted.Source, refusal.Reason, refusal.Message);
        dedupe.Forget(id);
        receipts.OfferRefusal(id, refusal);
        await journal.AppendAsync(
            new RejectedRecord(id, clock.GetUtcNow(), admitted.Source, refusal.Reason.ToString(), refusal.Message), CancellationToken.None).ConfigureAwait(false);
        if (admitted.Delivery is { } delivery) await delivery.RejectAsync(refusal, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task AbandonAsync(Admitted admitted, string reason)
    {
        meters.Invalidation(admitted.Source, admitted.Message.Command, "abandoned");
        dedupe.Forget(admitted.Message.Id!);
        if (admitted.Delivery is { } delivery) await delivery.AbandonAsync(reason, CancellationToken.None).ConfigureAwait(false);
    }

    private TimeSpan Elapsed(Admitted admitted) => clock.GetUtcNow() - admitted.Received;
}
