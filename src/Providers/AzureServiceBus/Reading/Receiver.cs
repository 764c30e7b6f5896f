using System.Diagnostics;
using System.Threading.Channels;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Reading;

/// <summary>The pollers of one opened subscription. A poller first takes a place in the room, then asks for a message.</summary>
internal sealed class Receiver(
    AzureServiceBusSourceOptions options, MessageCalls calls, string entity, Ledger ledger, Room room, Settler settler, Verdicts verdicts, ChannelWriter<Held> outbox, TimeProvider clock)
{
    /// <summary>How long a poll that is under way may still end at the end: what Service Bus sent already is then handed back, and not locked for nothing.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly ReceiveLoops _loops = new(options.Pollers, clock);

    /// <summary>One poller, until <paramref name="end"/>.</summary>
    /// <param name="received">Called after each poll that was answered.</param>
    /// <param name="refused">Called for a message whose body was not read, for its size.</param>
    /// <param name="proves">The first poll waits for nothing: it shows that the subscription can be read.</param>
    /// <param name="end">A poll under way may still end by itself, shortly.</param>
    /// <exception cref="IOException">Service Bus refuses, or none of the pollers gets through.</exception>
    public Task RunAsync(Action received, Action refused, bool proves, CancellationToken end)
    {
        var wait = proves ? TimeSpan.Zero : options.Wait;
        return _loops.RunAsync(async () =>
        {
            await ReceiveAsync(wait, refused, end).ConfigureAwait(false);
            received();
            wait = options.Wait;
        }, e => e is ServiceBusException { IsFinal: true }, end);
    }

    private async Task ReceiveAsync(TimeSpan wait, Action refused, CancellationToken end)
    {
        var places = await room.TakeAsync(1, end).ConfigureAwait(false);
        try
        {
            if (await CallAsync(wait, end).ConfigureAwait(false) is { } message && Take(message, refused)) places = 0;
        }
        finally
        {
            room.Give(places);
        }
    }

    private async Task<LockedMessage?> CallAsync(TimeSpan wait, CancellationToken end)
    {
        using var over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var ending = end.UnsafeRegister(static over => ((CancellationTokenSource)over!).CancelAfter(Grace), over).ConfigureAwait(false);
        return await calls.ReceiveAsync(entity, wait, options.Patience, over.Token).ConfigureAwait(false);
    }

    // True when it keeps its place.
    private bool Take(LockedMessage locked, Action refused)
    {
        var message = locked.Message;
        switch (ledger.Admit(message, locked.Lock, out var held))
        {
            case Admission.Completed:
                settler.Complete(message.Receipt);
                return true;
            case Admission.Rejected:
                verdicts.RejectAgain(message.Receipt, message.ReceiveCount);
                return true;
            case Admission.New when locked.IsTooLarge:
                refused();
                verdicts.RejectAgain(ledger.Reject(held!), message.ReceiveCount);
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
