using System.Security.Cryptography;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>How a message's signature was found.</summary>
public enum SignatureState
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>It is the named key's, over this very message.</summary>
    Good,

    /// <summary>It is not.</summary>
    Bad,
}

/// <summary>
/// HMAC-SHA256 over a message's canonical form (RFC 8785) without its <c>signature</c>. Relays add to <c>via</c> on the way,
/// so a signature over the form without <c>via</c> is good too: what it names changes nothing that an agent does.
/// </summary>
public static class MessageSignature
{
    /// <summary>The one algorithm.</summary>
    internal const string Algorithm = "hmac-sha256";

    internal const string Field = "signature";

    /// <summary>
    /// Looks a message's signature up and checks it, in constant time. Pure; never throws of itself. What is no message
    /// has no signature: decode it first. A member given twice makes the form ambiguous, and the signature bad.
    /// </summary>
    /// <param name="body">The message alone, out of its envelopes.</param>
    /// <param name="secretOf">The secret of a key id; null when it is not known. An empty one is as none.</param>
    /// <param name="keyId">The key, when the signature is good.</param>
    /// <param name="problem">What is wrong, in words for the sender, when it is bad.</param>
    public static SignatureState Check(
        ReadOnlySpan<byte> body, Func<string, ReadOnlyMemory<byte>?> secretOf, out string? keyId, out string? problem)
    {
        keyId = null;
        problem = null;
        if (!IsSigned(body)) return SignatureState.Absent;
        problem = Verify(body, secretOf, out var key);
        if (problem is not null) return SignatureState.Bad;
        keyId = key;
        return SignatureState.Good;
    }

    /// <summary>The encoded message with a signature.</summary>
    /// <exception cref="ArgumentException">The key's id is not 1 to 200 printable characters, or the secret is empty.</exception>
    public static byte[] Sign(Invalidation message, string keyId, ReadOnlySpan<byte> secret)
    {
        if (MessageRules.LabelProblem(keyId) is { } odd) throw new ArgumentException("the key's id " + odd, nameof(keyId));
        if (secret.IsEmpty) throw new ArgumentException("the secret is empty", nameof(secret));
        var body = InvalidationJson.Encode(message);
        var canonical = CanonicalJson.Of(body, [Field], out var problem) ?? throw new ArgumentException(problem, nameof(message));
        return SignatureFields.Append(body, keyId, HMACSHA256.HashData(secret, canonical));
    }

    // Most messages are not signed, and many come at once: no copy is made to find that out.
    private static bool IsSigned(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = body.Length + 1 });
        var found = false;
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var here = IsField(ref json);
                json.Read();
                found |= here && json.TokenType != JsonTokenType.Null;
                json.Skip();
            }

            json.Read(); // Past the object's end: anything but white space there is not JSON.
            return found;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsField(ref Utf8JsonReader json) =>
        json.ValueSpan.Length >= Field.Length && FieldReader.Name(ref json) == Field;

    private static string? Verify(ReadOnlySpan<byte> body, Func<string, ReadOnlyMemory<byte>?> secretOf, out string? key)
    {
        var problem = SignatureFields.Read(body, out key, out var value);
        if (problem is not null) return problem;
        var canonical = CanonicalJson.Of(body, [Field], out problem);
        if (canonical is null) return "the message cannot be signed: " + problem;
        if (secretOf(key!) is not { IsEmpty: false } secret) return $"the signature's key {Refusals.Quote(key!)} is not known here";
        return IsOver(canonical, secret, value) || IsOver(CanonicalJson.Of(body, [Field, RelayMark.Field], out _)!, secret, value)
            ? null
            : $"the signature is not that of key {Refusals.Quote(key!)} over this message";
    }

    private static bool IsOver(ReadOnlySpan<byte> canonical, ReadOnlyMemory<byte> secret, ReadOnlySpan<byte> value) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret.Span, canonical), value);
}
