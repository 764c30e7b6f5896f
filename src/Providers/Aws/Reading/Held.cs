namespace Towncrier.Providers.Aws.Reading;

/// <summary>A message that was received and is not settled. SQS hides it from others until <see cref="HiddenUntil"/>.</summary>
internal sealed class Held(string id, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers, DateTimeOffset sentAt)
{
    public string Id => id;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Message attributes by lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers => headers;

    public DateTimeOffset SentAt => sentAt;

    /// <summary>The handle of the last receive. With this and the rest below, under the ledger's lock.</summary>
    public required string Receipt { get; set; }

    /// <summary>How often it was received, as SQS counts.</summary>
    public required int Attempt { get; set; }

    /// <summary>Timestamp of the last receive; a message is hidden for 12 hours from then at most.</summary>
    public required long ReceivedAt { get; set; }

    public required long HiddenUntil { get; set; }

    /// <summary>Its handle is of no use any more: it will come again, and is not extended before.</summary>
    public bool IsStale { get; set; }
}
