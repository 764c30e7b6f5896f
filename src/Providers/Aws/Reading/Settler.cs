using System.Diagnostics;
using System.Threading.Channels;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Reading;

/// <summary>
/// Deletes messages and hands them back, ten to a call: what is queued while a call is under way goes with the next. Each
/// holds its place in the <see cref="Room"/> until SQS has answered, so the queues are as bounded as that. They stay over reconnects.
/// </summary>
internal sealed class Settler(SqsClient sqs, Room room, int window, TimeProvider clock)
{
    /// <summary>How long a batch that is not full waits for more: a burst that is settled one by one goes in few calls.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // An entry that SQS itself fails is tried so often; after that it comes again, and is settled anew.
    private const int Tries = 5;

    private readonly Channel<Settlement> _deletes = Bounded(window);
    private readonly Channel<Settlement> _changes = Bounded(window);

    public void Delete(string receipt) => Put(_deletes, new Settlement(receipt, 0, 1));

    /// <param name="seconds">Until it is handed out again; 0: at once.</param>
    public void HandBack(string receipt, int seconds) => Put(_changes, new Settlement(receipt, seconds, 1));

    /// <summary>Settles until <paramref name="stop"/>. What was not answered then is kept for the next run.</summary>
    /// <exception cref="IOException">A call failed, after its retries.</exception>
    public Task RunAsync(string url, int deleters, CancellationToken stop) =>
        Together.RunAsync(stop, [.. Enumerable.Repeat<Func<CancellationToken, Task>>(stopped => RunAsync(_deletes, url, stopped), deleters), stopped => RunAsync(_changes, url, stopped)]);

    /// <summary>Settles what is queued, and returns when nothing is.</summary>
    /// <exception cref="IOException">A call failed, after its retries; what is left stays queued.</exception>
    public async Task FlushAsync(string url, CancellationToken cancel)
    {
        while (await SettleAsync(_deletes, url, cancel).ConfigureAwait(false)) continue;
        while (await SettleAsync(_changes, url, cancel).ConfigureAwait(false)) continue;
    }

    private static Channel<Settlement> Bounded(int capacity) =>
        Channel.CreateBounded<Settlement>(new BoundedChannelOptions(capacity) { AllowSynchronousContinuations = false });

    private static void Put(Channel<Settlement> to, Settlement settlement)
    {
        var isTaken = to.Writer.TryWrite(settlement);
        Debug.Assert(isTaken, "there is a place in the room for each");
    }

    private async Task RunAsync(Channel<Settlement> from, string url, CancellationToken stop)
    {
        while (await from.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            if (from.Reader.Count < AwsLimits.BatchEntries) await Task.Delay(Linger, clock, stop).ConfigureAwait(false);
            await SettleAsync(from, url, stop).ConfigureAwait(false);
        }
    }

    // False when there was nothing to settle.
    private async Task<bool> SettleAsync(Channel<Settlement> from, string url, CancellationToken cancel)
    {
        var batch = new List<Settlement>(AwsLimits.BatchEntries);
        while (batch.Count < AwsLimits.BatchEntries && from.Reader.TryRead(out var next)) batch.Add(next);
        if (batch.Count == 0) return false;
        var settled = 0;
        try
        {
            var again = await CallAsync(from == _deletes, url, batch, cancel).ConfigureAwait(false);
            settled = batch.Count - again.Count;
            batch = again;
            if (again.Count > 0) await Task.Delay(Pause, clock, cancel).ConfigureAwait(false);
        }
        finally
        {
            foreach (var left in batch) Put(from, left);
            room.Give(settled);
        }

        return true;
    }

    // Those to try again: what SQS could not do just then. What it will never do (an old handle, mostly) is let go.
    private async Task<List<Settlement>> CallAsync(bool deletes, string url, List<Settlement> batch, CancellationToken cancel)
    {
        var failures = deletes
            ? await sqs.DeleteAsync(url, [.. batch.Select(one => one.Receipt)], cancel).ConfigureAwait(false)
            : await sqs.ChangeVisibilityAsync(url, [.. batch.Select(one => (one.Receipt, one.Seconds))], cancel).ConfigureAwait(false);
        return [.. failures.Where(failure => !failure.BySender && batch[failure.Index].Try < Tries).Select(failure => batch[failure.Index] with { Try = batch[failure.Index].Try + 1 })];
    }

    /// <param name="Seconds">For one that is handed back.</param>
    private readonly record struct Settlement(string Receipt, int Seconds, int Try);
}
