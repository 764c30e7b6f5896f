using System.Runtime.CompilerServices;
using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws;

/// <summary>
/// Receipts in a queue that several publishers read. One that is abandoned can be received by another publisher at once;
/// and by this one again, after which it stays hidden a moment, so that a queue full of others' receipts is walked through.
/// </summary>
/// <param name="options">With a queue, and without problems.</param>
/// <param name="random">Spreads retries.</param>
public sealed class AwsReceipts(AwsPublisherOptions options, TimeProvider clock, Random random) : IInvalidationSource
{
    /// <summary>A receive comes back at least so often, and what a dying publisher holds is seen again after that.</summary>
    private const int HiddenSeconds = 10;

    private const int WaitSeconds = 2;

    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(3);

    public string Name => "aws";

    public IReadOnlyList<string> Channels { get; } = [AwsSource.LabelOf(options.Queue!)];

    /// <summary>What is not read stays in the queue.</summary>
    public SourceTraits Traits { get; } = new(Settles: true, Replays: true);

    /// <inheritdoc/>
    /// <exception cref="AwsException">Receiving, deleting or handing back was refused.</exception>
    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        using var caller = new AwsCaller(options.Access, clock, random);
        var sqs = new SqsClient(caller);
        var url = await QueueAddress.UrlAsync(sqs, options.Queue!, stop).ConfigureAwait(false);
        var wait = 0; // the first receive shows that the queue can be read
        var seen = new HashSet<string>(StringComparer.Ordinal); // grows by one for each receipt of others within one wait
        while (true)
        {
            var batch = await sqs.ReceiveAsync(url, AwsLimits.BatchEntries, wait, HiddenSeconds, stop).ConfigureAwait(false);
            if (wait == 0) context.Connected(Channels[0]);
            wait = WaitSeconds;
            ReceivedReceipt[] receipts = [.. batch.Select(message => new ReceivedReceipt(message, Channels[0]))];
            try
            {
                foreach (var receipt in receipts) yield return receipt;
            }
            finally
            {
                // Also when the reader leaves in the middle: the rest may be what another publisher waits for.
                using var patience = new CancellationTokenSource(LastCalls, clock);
                await SettleAsync(sqs, url, receipts, seen, patience.Token).ConfigureAwait(false);
            }
        }
    }

    private static async Task SettleAsync(SqsClient sqs, string url, ReceivedReceipt[] receipts, HashSet<string> seen, CancellationToken cancel)
    {
        string[] done = [.. receipts.Where(receipt => receipt.IsDone).Select(receipt => receipt.Message.Receipt)];
        (string, int)[] back = [.. receipts.Where(receipt => !receipt.IsDone).Select(receipt => (receipt.Message.Receipt, seen.Add(receipt.Message.Id) ? 0 : 1))];
        if (done.Length > 0) await sqs.DeleteAsync(url, done, cancel).ConfigureAwait(false);
        if (back.Length > 0) await sqs.ChangeVisibilityAsync(url, back, cancel).ConfigureAwait(false);
    }

    private sealed class ReceivedReceipt(ReceivedMessage message, string source) : Delivery
    {
        public ReceivedMessage Message => message;

        public bool IsDone { get; private set; }

        public override ReadOnlyMemory<byte> Body => message.Body;

        public override string Source => source;

        public override string? TransportId => message.Id;

        public override DateTimeOffset? SentAt => message.SentAt;

        public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel)
        {
            IsDone = true;
            return ValueTask.CompletedTask;
        }

        public override ValueTask AbandonAsync(string reason, CancellationToken cancel) => ValueTask.CompletedTask;

        public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel)
        {
            IsDone = true;
            return ValueTask.CompletedTask;
        }
    }
}
