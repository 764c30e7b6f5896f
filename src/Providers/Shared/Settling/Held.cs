namespace Towncrier.Providers;

/// <summary>A message that was received and is not settled. Its broker hides it from others until <see cref="HiddenUntil"/>.</summary>
internal sealed class Held(string id, string transportId, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset sentAt)
{
    public string Id => id;

    public string TransportId => transportId;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>By lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers => headers;

    public DateTimeOffset SentAt => sentAt;

    /// <summary>The handle of the last receive. With this and the rest below, under the ledger's lock.</summary>
    public required string Receipt { get; set; }

    /// <summary>How often it was received, as the broker counts.</summary>
    public required int Attempt { get; set; }

    /// <summary>Timestamp of the last receive.</summary>
    public required long ReceivedAt { get; set; }

    /// <summary>For how long a receive hides it, or prolonging that.</summary>
    public required TimeSpan Visibility { get; set; }

    public required long HiddenUntil { get; set; }

    /// <summary>Its handle is of no use any more: it will come again, and is not extended before.</summary>
    public bool IsStale { get; set; }
}
