using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Wire;

/// <summary>One message as it stood in its envelopes, and what the envelopes say of it.</summary>
/// <param name="Body">The message alone; valid as long as the delivery's body.</param>
/// <param name="Id">The innermost envelope's id, distinct within one body; null when none had one.</param>
/// <param name="Issued">The innermost envelope's time.</param>
public sealed record OpenedMessage(ReadOnlyMemory<byte> Body, string? Id, DateTimeOffset? Issued)
{
    /// <summary>
    /// Why this one could not be opened while its neighbours in an array were; null when it was. The body is then what
    /// stood in the array, and no message: decoding it refuses it too, in fewer words.
    /// </summary>
    public Refusal? Problem { get; init; }
}

/// <summary>Takes messages out of the envelopes that brokers and CMSs put them in.</summary>
public static class EnvelopeChain
{
    /// <summary>
    /// The messages of a body: one that is a message already, or those within up to four envelopes (SNS, EventBridge,
    /// Event Grid, CloudEvents, MassTransit) and arrays of either. Pure; never throws; opens, but does not judge what is
    /// inside. What has a <c>command</c> is a message, whatever else it has. Refused as a whole are a body that holds no
    /// message, one with more than <see cref="WireLimits.MaxMessages"/>, and one of more bytes than twice
    /// <see cref="WireLimits.MaxBytes"/> and 64 KiB: escaping JSON within JSON doubles it, and envelopes add to it.
    /// </summary>
    /// <param name="headers">What came beside the body, by lower-case name.</param>
    public static bool TryOpen(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, WireLimits limits,
        [NotNullWhen(true)] out IReadOnlyList<OpenedMessage>? messages, out Refusal refusal)
    {
        var mark = headers.Count == 0 ? default : HeaderMarks.Read(headers);
        var found = IsMessage(body.Span) && body.Length <= limits.MaxBytes
            ? OpenNothing(body, mark, out messages)
            : new EnvelopeOpener(limits).OpenAll(body, mark, out messages);
        refusal = found ?? default;
        return messages is not null;
    }

    // Nearly every body is a message already, and nearly every message begins with its command: 30,000 may come at once.
    private static bool IsMessage(ReadOnlySpan<byte> body)
    {
        Span<FieldSlot> slots = stackalloc FieldSlot[EnvelopeFields.Count];
        return EnvelopeFields.Scan(body, slots, out _) == ScanResult.Message;
    }

    private static Refusal? OpenNothing(ReadOnlyMemory<byte> body, EnvelopeMark mark, out IReadOnlyList<OpenedMessage>? messages)
    {
        messages = [new OpenedMessage(body, mark.Id, mark.Issued)];
        return null;
    }
}
