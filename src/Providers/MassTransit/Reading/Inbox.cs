using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Towncrier.Wire;

namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>
/// Takes every message of an endpoint before MassTransit looks into it, whatever its content type says, and holds it until
/// the agent has settled it. It stands before the filters that deserialize, retry and skip: none of them sees a message.
/// </summary>
/// <param name="keeps">What is not settled when the broker is lost stays here: the broker has nothing more of it. Otherwise the broker delivers it again.</param>
/// <param name="bury">Dead-letters a message with a reason; false when it cannot be.</param>
internal sealed class Inbox(string label, bool keeps, int window, Func<ReceiveContext, string, Task<bool>> bury, TimeProvider clock, Random random) : IFilter<ReceiveContext>
{
    /// <summary>As large as any body the agent opens.</summary>
    private static readonly long MaxBody = 2L * WireLimits.Default.MaxBytes + 64 * 1024;

    private readonly SettledIds _settled = new(2 * window);

    /// <summary>Of the reader that is at work; null before the first.</summary>
    private volatile ISourceContext? _reader;

    private volatile bool _isShut;

    public Outbox Outbox { get; } = new(clock, random);

    public bool Keeps => keeps;

    /// <summary>Lets messages in, which were shut out since the last <see cref="HandBack"/>.</summary>
    public void Open(ISourceContext reader)
    {
        _reader = reader;
        Admit();
    }

    /// <summary>As <see cref="Open"/>, while nobody reads yet.</summary>
    public void Admit() => _isShut = false;

    /// <summary>Everything that waits for a verdict goes back to the broker, and whatever comes still.</summary>
    public void HandBack()
    {
        _isShut = true;
        foreach (var held in keeps ? Outbox.Snapshot() : Outbox.Clear()) held.Decide(Verdict.HandedBack);
    }

    public bool TryTake([NotNullWhen(true)] out BusDelivery? delivery)
    {
        delivery = Outbox.TryTake(out var held) ? new BusDelivery(held, label, this) : null;
        return delivery is not null;
    }

    public void Settle(Held held, Verdict verdict)
    {
        if (held.Id is { } id) _settled.Add(id);
        Outbox.Remove(held);
        held.Decide(verdict);
    }

    public void DeliverAgain(Held held)
    {
        if (!Outbox.AddLater(held)) held.Decide(Verdict.HandedBack); // the broker has it, and delivers it again
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var body = context.Body.GetBytes();
        if (body.Length > MaxBody)
        {
            var refusal = new Refusal(RefusalReason.Oversized, $"the message has {body.Length} bytes; at most {MaxBody} are taken in");
            _reader?.Refused(label, refusal);
            await BuryAsync(context, $"{refusal.Reason}: {refusal.Message}").ConfigureAwait(false);
            return;
        }

        var id = TransportFields.Id(context);
        if (context.Redelivered && id is not null && _settled.Contains(id)) return;
        var held = new Held(body, TransportFields.Headers(context), id, TransportFields.SentAt(context), clock.GetUtcNow(), context.Redelivered ? 1 : 0);
        Outbox.Add(held);
        if (_isShut) Shut(held);
        var verdict = await held.Verdict.ConfigureAwait(false);
        if (verdict.IsHandedBack) throw new HandedBackException();
        if (verdict.Reason is { } reason) await BuryAsync(context, reason).ConfigureAwait(false);
    }

    void IProbeSite.Probe(ProbeContext context) => context.CreateFilterScope("towncrier");

    // One that comes while the door is being shut is nobody's.
    private void Shut(Held held)
    {
        Outbox.Remove(held);
        held.Decide(Verdict.HandedBack);
    }

    // The agent has journalled and counted why; a broker that will not keep the message for a human is no reason to go round with it.
    private async Task BuryAsync(ReceiveContext context, string reason)
    {
        if (!await bury(context, reason).ConfigureAwait(false))
            _reader?.Refused(label, new Refusal(RefusalReason.NotAllowed, $"a message that was refused could not be put into {label}'s queue of skipped messages, and is dropped; allow this user to configure and write it"));
    }
}
