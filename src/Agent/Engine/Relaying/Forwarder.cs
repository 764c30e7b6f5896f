using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent.Relaying;

/// <summary>
/// Takes admitted messages, sends each to every target of its routes, journals that, and only then settles it. What no
/// broker keeps is journalled before, so that a relay that is killed sends it after its restart.
/// </summary>
internal sealed class Forwarder(
    ChannelReader<Admitted> from, RouteTable routes, Func<string, RelayInlet> inletOf, Journal journal, Meters meters, RelayMeters relayMeters, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>Messages at a time. A target that is away holds up the others once so many wait for it.</summary>
    private const int MostInHand = 10_000;

    private readonly SemaphoreSlim _room = new(MostInHand, MostInHand);

    /// <summary>Runs until the channel is completed and each message is sent or, after <paramref name="stop"/>, given back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var admitted in from.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await _room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            _ = HandleAsync(admitted, stop).ContinueWith(
                done =>
                {
                    if (done.IsFaulted) GiveBack(admitted, done.Exception);
                    _room.Release();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        for (var i = 0; i < MostInHand; i++) await _room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose() => _room.Dispose();

    // Whatever the bug was, its message is not lost, and its id not taken for good.
    private void GiveBack(Admitted admitted, Exception bug)
    {
        Log.Bug(logger, admitted.Message.Id!, bug);
        _ = AbandonAsync(admitted, inletOf(admitted.Source), "a bug in the relay").ContinueWith(
            failed => Log.Bug(logger, admitted.Message.Id!, failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task HandleAsync(Admitted admitted, CancellationToken stop)
    {
        var inlet = inletOf(admitted.Source);
        try
        {
            if (routes.HasPassed(admitted.Message, inlet.Name)) await PassOverAsync(admitted, inlet, "looped").ConfigureAwait(false);
            else if (Reach.Problem(admitted.Message) is { } refusal) await RefuseAsync(admitted, inlet, refusal).ConfigureAwait(false);
            else await ForwardAsync(admitted, inlet, stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Log.JournalFailed(logger, e.Message);
            await AbandonAsync(admitted, inlet, "the journal cannot be written: " + e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await AbandonAsync(admitted, inlet, "the relay is stopping before every target has it").ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(Admitted admitted, RelayInlet inlet, CancellationToken stop)
    {
        var message = admitted.Message with { Issued = admitted.Message.Issued ?? admitted.Received };
        var (targets, paces) = routes.Find(message, inlet.Name);
        if (targets.Count == 0)
        {
            await PassOverAsync(admitted, inlet, "skipped").ConfigureAwait(false);
            return;
        }

        var durable = admitted.Delivery is not null && !inlet.IsKept ? AcceptAsync(admitted, inlet) : Task.CompletedTask;
        if (admitted.Delivery?.AnswersOnAccept == true) await durable.ConfigureAwait(false);
        Refusal?[] refusals;
        try
        {
            foreach (var pace in paces) await pace.WaitAsync(stop).ConfigureAwait(false);
            var hop = routes.HopOf(inlet.Name);
            var (body, marked) = (RelayMark.Add(admitted.Body.Span, message, hop), message with { Via = [.. message.Via, hop] });
            refusals = await Task.WhenAll(targets.Select(target => target.SendAsync(marked, body, stop))).ConfigureAwait(false);
        }
        finally
        {
            await durable.ConfigureAwait(false); // before anything else is said of it
        }

        if (refusals.FirstOrDefault(refusal => refusal is not null) is { } never) await RefuseAsync(admitted, inlet, never).ConfigureAwait(false);
        else await FinishAsync(admitted, inlet, "relayed", InvalidationState.Relayed, targets).ConfigureAwait(false);
    }

    private async Task AcceptAsync(Admitted admitted, RelayInlet inlet)
    {
        var id = admitted.Message.Id!;
        // The body may have no id of its own: after a restart it shall go by the same.
        await journal.AppendAsync(new AcceptedRecord(inlet.RecordOf(id), clock.GetUtcNow(), admitted.Source, admitted.Body), CancellationToken.None).ConfigureAwait(false);
        inlet.Dedupe.MarkDurable(id);
        await admitted.Delivery!.AcceptAsync(id, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task FinishAsync(Admitted admitted, RelayInlet inlet, string result, InvalidationState state, IReadOnlyList<Outlet> targets)
    {
        var message = admitted.Message;
        var elapsed = clock.GetUtcNow() - admitted.Received;
        var report = new InvalidationReport
        {
            Id = message.Id!,
            State = state,
            Milliseconds = elapsed.TotalMilliseconds,
            DryRun = message.DryRun,
            Targets = [.. targets.Select(target => new TargetReport(target.Name, message.Values.Count, []))],
        };
        await journal.AppendAsync(
            new AppliedRecord(inlet.RecordOf(message.Id!), clock.GetUtcNow())
            {
                Received = admitted.Received,
                Source = admitted.Source,
                Message = admitted.Body,
                Report = report,
                LagMilliseconds = message.Issued is { } issued ? (admitted.Received - issued).TotalMilliseconds : null,
                FenceUntil = admitted.Received,
            },
            CancellationToken.None).ConfigureAwait(false);
        meters.Invalidation(admitted.Source, message.Command, result);
        if (state == InvalidationState.Relayed) relayMeters.Relayed(elapsed);
        inlet.Dedupe.Complete(message.Id!, report);
        if (admitted.Delivery is { } delivery) await delivery.CompleteAsync(report, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task PassOverAsync(Admitted admitted, RelayInlet inlet, string result)
    {
        if (admitted.Delivery is { } delivery) await delivery.AcceptAsync(admitted.Message.Id!, CancellationToken.None).ConfigureAwait(false);
        await FinishAsync(admitted, inlet, result, InvalidationState.Skipped, []).ConfigureAwait(false);
    }

    private async Task RefuseAsync(Admitted admitted, RelayInlet inlet, Refusal refusal)
    {
        var id = admitted.Message.Id!;
        meters.Refused(admitted.Source, refusal.Reason);
        Log.Refused(logger, admitted.Source, refusal.Reason, refusal.Message);
        inlet.Dedupe.Forget(id);
        await journal.AppendAsync(
            new RejectedRecord(inlet.RecordOf(id), clock.GetUtcNow(), admitted.Source, refusal.Reason.ToString(), refusal.Message), CancellationToken.None).ConfigureAwait(false);
        if (admitted.Delivery is { } delivery) await delivery.RejectAsync(refusal, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task AbandonAsync(Admitted admitted, RelayInlet inlet, string reason)
    {
        meters.Invalidation(admitted.Source, admitted.Message.Command, "abandoned");
        inlet.Dedupe.Forget(admitted.Message.Id!);
        if (admitted.Delivery is { } delivery) await delivery.AbandonAsync(reason, CancellationToken.None).ConfigureAwait(false);
    }
}
