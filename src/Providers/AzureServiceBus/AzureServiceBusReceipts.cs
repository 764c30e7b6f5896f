using System.Runtime.CompilerServices;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>
/// Receipts in a queue that several publishers read. One that is abandoned is another publisher's: it stays locked here for a
/// moment, so that what lies behind it can be read, and is then handed back, with a pause in which others can take it.
/// </summary>
/// <param name="options">With a queue, and without problems.</param>
/// <param name="random">Spreads the pauses.</param>
public sealed class AzureServiceBusReceipts(AzureServiceBusPublisherOptions options, TimeProvider clock, Random random) : IInvalidationSource
{
    /// <summary>Receipts of others that are held at a time.</summary>
    private const int MostHeld = 200;

    private const int CallsAtATime = 16;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long others' receipts are held, at most.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(3);

    public string Name => "azure_service_bus";

    public IReadOnlyList<string> Channels { get; } = ["azure_service_bus:" + options.Queue];

    /// <summary>What is not read stays in the queue.</summary>
    public SourceTraits Traits { get; } = new(Settles: true, Replays: true);

    /// <inheritdoc/>
    /// <exception cref="ServiceBusException">Receiving, completing or abandoning was refused.</exception>
    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        using var caller = new BrokerCaller(options.Address, options.FirstDelay, clock);
        var calls = new MessageCalls(caller);
        var others = new List<ReceivedReceipt>();
        var wait = TimeSpan.Zero; // the first receive shows that the queue can be read
        var since = clock.GetTimestamp();
        try
        {
            while (true)
            {
                var locked = await calls.ReceiveAsync(options.Queue!, wait, Patience, stop).ConfigureAwait(false);
                if (wait == TimeSpan.Zero) context.Connected(Channels[0]);
                wait = Wait;
                if (locked is { IsTooLarge: false })
                {
                    var receipt = new ReceivedReceipt(locked.Message, Channels[0]);
                    if (others.Count == 0) since = clock.GetTimestamp();
                    others.Add(receipt); // until its verdict: also when the reader leaves in the middle
                    yield return receipt;
                    if (receipt.IsDone)
                    {
                        others.Remove(receipt);
                        await calls.CompleteAsync(options.Queue!, receipt.Message.Receipt, stop).ConfigureAwait(false);
                    }
                }

                if (others.Count == 0 || (locked is not null && others.Count < MostHeld && clock.GetElapsedTime(since) < Hold)) continue;
                await SettleAsync(calls, others, stop).ConfigureAwait(false);
                await Task.Delay(Hold * random.NextDouble(), clock, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            using var patience = new CancellationTokenSource(LastCalls, clock);
            await SettleAsync(calls, others, patience.Token).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(MessageCalls calls, List<ReceivedReceipt> receipts, CancellationToken cancel)
    {
        var settling = receipts.ToArray();
        receipts.Clear();
        await Parallel.ForEachAsync(settling, new ParallelOptions { MaxDegreeOfParallelism = CallsAtATime, CancellationToken = cancel }, async (receipt, cancel) =>
        {
            if (receipt.IsDone) await calls.CompleteAsync(options.Queue!, receipt.Message.Receipt, cancel).ConfigureAwait(false);
            else await calls.AbandonAsync(options.Queue!, receipt.Message.Receipt, cancel).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private sealed class ReceivedReceipt(ReceivedMessage message, string source) : Delivery
    {
        public ReceivedMessage Message => message;

        public bool IsDone { get; private set; }

        public override ReadOnlyMemory<byte> Body => message.Body;

        public override string Source => source;

        public override string? TransportId => message.TransportId;

        public override DateTimeOffset? SentAt => message.SentAt > DateTimeOffset.UnixEpoch ? message.SentAt : null;

        public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel) => Done();

        public override ValueTask AbandonAsync(string reason, CancellationToken cancel) => ValueTask.CompletedTask;

        public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) => Done();

        private ValueTask Done()
        {
            IsDone = true;
            return ValueTask.CompletedTask;
        }
    }
}
