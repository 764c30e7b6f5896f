using Towncrier.Wire;

namespace Towncrier;

/// <summary>Publishes messages before they are encoded.</summary>
public static class Publishing
{
    /// <summary>
    /// The message as it is when it fits into <paramref name="limits"/>, else several that do, with the values in their
    /// order. Each has an id of its own, which sorts by <see cref="Invalidation.Issued"/>; room is left for a signature.
    /// </summary>
    /// <exception cref="ArgumentException">One of the values does not fit by itself.</exception>
    public static IReadOnlyList<Invalidation> Split(this Invalidation message, WireLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var pieces = new MessagePieces(limits ?? WireLimits.Default);
        pieces.Cut(message with { Id = null });
        return pieces.Messages;
    }

    /// <summary>Encodes a message, signs it if a signer is given, and sends it.</summary>
    /// <exception cref="ArgumentException">The encoded message is larger than this publisher can send.</exception>
    /// <exception cref="IOException">As the publisher's own.</exception>
    public static Task<Published> PublishAsync(
        this IInvalidationPublisher publisher, Invalidation message, MessageSigner? signer = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        ArgumentNullException.ThrowIfNull(message);
        var body = signer?.Sign(message) ?? InvalidationJson.Encode(message);
        if (body.Length > publisher.MaxBytes)
            throw new ArgumentException($"the message has {body.Length} bytes, and {publisher.Name} sends at most {publisher.MaxBytes}", nameof(message));
        return publisher.PublishAsync(body, cancel);
    }

    /// <summary>Sends messages in their order, one after the other, and returns what became of each. Ends at the first that fails.</summary>
    /// <exception cref="ArgumentException">A message is larger than this publisher can send; those before it were sent.</exception>
    /// <exception cref="IOException">As the publisher's own; the messages before it were sent, and sending them again does no harm.</exception>
    public static async Task<IReadOnlyList<Published>> PublishAsync(
        this IInvalidationPublisher publisher, IEnumerable<Invalidation> messages, MessageSigner? signer = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var published = new List<Published>();
        foreach (var message in messages) published.Add(await publisher.PublishAsync(message, signer, cancel).ConfigureAwait(false));
        return published;
    }
}
