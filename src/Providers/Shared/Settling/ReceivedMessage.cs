namespace Towncrier.Providers;

/// <summary>A message as a broker hands it out, to be settled later.</summary>
/// <param name="Id">The same on each delivery, and never another message's: what the <see cref="Ledger"/> knows it by.</param>
/// <param name="Receipt">The handle of this delivery; a later delivery has another.</param>
/// <param name="ReceiveCount">This time included.</param>
/// <param name="Attributes">What came beside the body, as text, by names as sent.</param>
internal sealed record ReceivedMessage(
    string Id, string Receipt, ReadOnlyMemory<byte> Body, int ReceiveCount, DateTimeOffset SentAt, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>What its sender or the broker calls it.</summary>
    public string TransportId { get; init; } = Id;
}
