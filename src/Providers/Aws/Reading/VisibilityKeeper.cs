using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Reading;

/// <summary>Keeps messages hidden while they are applied: extends each when half of its visibility is over.</summary>
internal sealed class VisibilityKeeper(SqsClient sqs, Ledger ledger, TimeSpan visibility, TimeProvider clock)
{
    // With 10 ms a call, 10,000 messages in some 2.5 s.
    private const int CallsAtATime = 4;

    /// <summary>Until <paramref name="stop"/>. A message whose handle is of no use any more is let go.</summary>
    /// <exception cref="IOException">A call failed, after its retries.</exception>
    public async Task RunAsync(string url, CancellationToken stop)
    {
        var look = visibility / 4 < TimeSpan.FromMinutes(1) ? visibility / 4 : TimeSpan.FromMinutes(1);
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtATime, CancellationToken = stop };
        while (true)
        {
            await Parallel.ForEachAsync(
                ledger.Due().Chunk(AwsLimits.BatchEntries), options, (batch, cancel) => ExtendAsync(url, batch, cancel)).ConfigureAwait(false);
            await Task.Delay(look, clock, stop).ConfigureAwait(false);
        }
    }

    private async ValueTask ExtendAsync(string url, (Held Held, string Receipt, int Seconds)[] batch, CancellationToken cancel)
    {
        var failures = await sqs.ChangeVisibilityAsync(url, [.. batch.Select(one => (one.Receipt, one.Seconds))], cancel).ConfigureAwait(false);
        var failed = failures.ToDictionary(failure => failure.Index, failure => failure.BySender);
        for (var i = 0; i < batch.Length; i++)
        {
            if (!failed.TryGetValue(i, out var isForGood)) ledger.Extended(batch[i].Held, batch[i].Receipt, TimeSpan.FromSeconds(batch[i].Seconds));
            else if (isForGood) ledger.Extended(batch[i].Held, batch[i].Receipt, null); // else: again at the next look
        }
    }
}
