using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Wire;

/// <summary>One message as it stood in its envelopes, and what the envelopes say of it.</summary>
/// <param name="Body">The message alone; valid as long as the delivery's body.</param>
/// <param name="Id">The innermost envelope's id; null when none had one.</param>
/// <param name="Issued">The innermost envelope's time.</param>
public sealed record OpenedMessage(ReadOnlyMemory<byte> Body, string? Id, DateTimeOffset? Issued);

/// <summary>Takes messages out of the envelopes that brokers and CMSs put them in.</summary>
public static class EnvelopeChain
{
    /// <param name="headers">What came beside the body, by lower-case name.</param>
    public static bool TryOpen(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, WireLimits limits,
        [NotNullWhen(true)] out IReadOnlyList<OpenedMessage>? messages, out Refusal refusal)
    {
        refusal = default;
        messages = [new OpenedMessage(body, null, null)];
        return true;
    }
}
