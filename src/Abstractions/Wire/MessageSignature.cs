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

/// <summary>HMAC-SHA256 over a message's canonical form (RFC 8785) without its <c>signature</c>.</summary>
public static class MessageSignature
{
    /// <summary>Looks a message's signature up and checks it, in constant time.</summary>
    /// <param name="body">The message alone, out of its envelopes.</param>
    /// <param name="secretOf">The secret of a key id; null when it is not known.</param>
    /// <param name="keyId">The key, when the signature is good.</param>
    /// <param name="problem">What is wrong, in words for the sender, when it is bad.</param>
    public static SignatureState Check(
        ReadOnlySpan<byte> body, Func<string, ReadOnlyMemory<byte>?> secretOf, out string? keyId, out string? problem)
        => throw new NotImplementedException();

    /// <summary>The encoded message with a signature.</summary>
    public static byte[] Sign(Invalidation message, string keyId, ReadOnlySpan<byte> secret) => throw new NotImplementedException();
}
