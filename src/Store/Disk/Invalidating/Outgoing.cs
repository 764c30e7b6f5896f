using Towncrier.Wire;

namespace Towncrier.Store.Invalidating;

/// <summary>Messages of this process on their way to the other nodes and nginx.</summary>
internal sealed class Outgoing(IReadOnlyList<IInvalidationPublisher> publishers, MessageSigner? signer)
{
    /// <summary>A message as it is sent, signed where that is asked for.</summary>
    /// <exception cref="ArgumentException">A publisher cannot send one so large.</exception>
    public byte[] Encode(Invalidation message)
    {
        var body = signer?.Sign(message) ?? InvalidationJson.Encode(message);
        if (publishers.FirstOrDefault(publisher => publisher.MaxBytes < body.Length) is { } narrow)
            throw new ArgumentException($"the message has {body.Length} bytes, and {narrow.Name} sends at most {narrow.MaxBytes}: give it fewer values", nameof(message));
        return body;
    }

    /// <exception cref="IOException">As the publisher's own that fails first; those before it have the message.</exception>
    public async Task SendAsync(byte[] body, CancellationToken cancel)
    {
        foreach (var publisher in publishers) await publisher.PublishAsync(body, cancel).ConfigureAwait(false);
    }
}
