namespace Towncrier.Agent.Receiving;

/// <summary>A message that was let in: decoded, with an id, the first of that id.</summary>
/// <param name="Delivery">Null for a message taken over from the journal: nobody waits for it any more.</param>
/// <param name="Redelivers">The broker keeps the delivery until it is settled and delivers it again otherwise.</param>
internal sealed record Admitted(
    Invalidation Message, ReadOnlyMemory<byte> Body, string Source, DateTimeOffset Received, Delivery? Delivery, bool Redelivers);
