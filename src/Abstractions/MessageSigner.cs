using Towncrier.Wire;

namespace Towncrier;

/// <summary>Signs messages with one key, for agents that want to know who sent them. Safe from several threads.</summary>
public sealed class MessageSigner
{
    private readonly byte[] _secret;

    /// <summary>Keeps a copy of the secret.</summary>
    /// <param name="keyId">What the agents' configuration calls the key: 1 to 200 printable characters.</param>
    /// <param name="secret">The key itself. Use 32 random bytes.</param>
    /// <exception cref="ArgumentException">The id or the secret cannot be one.</exception>
    public MessageSigner(string keyId, ReadOnlySpan<byte> secret)
    {
        if (MessageRules.LabelProblem(keyId) is { } odd) throw new ArgumentException("the key's id " + odd, nameof(keyId));
        if (secret.IsEmpty) throw new ArgumentException("the secret is empty", nameof(secret));
        KeyId = keyId;
        _secret = secret.ToArray();
    }

    public string KeyId { get; }

    /// <summary>The encoded message with its signature.</summary>
    public byte[] Sign(Invalidation message) => MessageSignature.Sign(message, KeyId, _secret);
}
