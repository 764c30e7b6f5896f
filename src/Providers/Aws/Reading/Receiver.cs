using System.Diagnostics;
using System.Threading.Channels;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Reading;

/// <summary>
/// The receive loops over one opened queue. A loop first takes places in the room, then asks for so many messages.
/// </summary>
internal sealed class Receiver(
    AwsSourceOptions options, SqsClient sqs, string url, Ledger ledger, Room room, Settler settler, Verdicts verdicts, ChannelWriter<Held> outbox, TimeProvider clock)
{
    /// <summary>How long a receive that is under way may still end at the end: what SQS sent already is then handed back, and not hidden for nothing.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan ShortPollPause = TimeSpan.FromSeconds(1);

    private readonly ReceiveLoops _loops = new(options.Loops, clock);

    /// <summary>One loop, until <paramref name="end"/>.</summary>
    /// <param name="received">Called after each receive that SQS answered.</param>
    /// <param name="proves">The first receive waits for nothing: it shows that the queue can be read.</param>
    /// <param name="end">A receive under way may still end by itself, shortly.</param>
    /// <exception cref="IOException">SQS refuses, or none of the loops gets through.</exception>
    public Task RunAsync(Action received, bool proves, CancellationToken end)
    {
        var wait = proves ? TimeSpan.Zero : options.Wait;
        return _loops.RunAsync(async () =>
        {
            var isEmpty = await ReceiveAsync(wait, end).ConfigureAwait(false) == 0;
            received();
            if (isEmpty && wait == TimeSpan.Zero && !proves) await Task.Delay(ShortPollPause, clock, end).ConfigureAwait(false);
            (wait, proves) = (options.Wait, false);
        }, e => e is AwsException { Status: < 500 }, end);
    }

    private async Task<int> ReceiveAsync(TimeSpan wait, CancellationToken end)
    {
        var places = await room.TakeAsync(AwsLimits.BatchEntries, end).ConfigureAwait(false);
        try
        {
            var messages = await CallAsync(places, wait, end).ConfigureAwait(false);
            foreach (var message in messages)
            {
                if (Take(message)) places--;
            }

            return messages.Count;
        }
        finally
        {
            room.Give(places);
        }
    }

    private async Task<IReadOnlyList<ReceivedMessage>> CallAsync(int most, TimeSpan wait, CancellationToken end)
    {
        var patience = wait + options.Patience;
        using var over = new CancellationTokenSource(patience, clock);
        await using var ending = end.UnsafeRegister(static over => ((CancellationTokenSource)over!).CancelAfter(Grace), over).ConfigureAwait(false);
        try
        {
            return await sqs.ReceiveAsync(url, most, (int)wait.TotalSeconds, (int)options.Visibility.TotalSeconds, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            throw new IOException($"SQS did not answer a receive from {url} within {patience.TotalSeconds:0.#} s; the connection is given up");
        }
    }

    // True when it keeps its place.
    private bool Take(ReceivedMessage message)
    {
        switch (ledger.Admit(message, options.Visibility, out var held))
        {
            case Admission.Completed:
                settler.Delete(message.Receipt);
                return true;
            case Admission.Rejected:
                verdicts.RejectAgain(message.Receipt, message.ReceiveCount);
                return true;
            case Admission.New:
                var isTaken = outbox.TryWrite(held!);
                Debug.Assert(isTaken, "there is a place in the room for each");
                return true;
            default:
                return false;
        }
    }
}
