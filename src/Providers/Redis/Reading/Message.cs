namespace Towncrier.Providers.Redis.Reading;

/// <summary>Is told when one of its messages is settled; from any thread, once for each.</summary>
internal interface IKeeper
{
    void Settle(Message message);
}

/// <summary>One message in our memory, from its arrival until it is settled, however often it is delivered.</summary>
internal sealed class Message(IKeeper keeper, string label, ReadOnlyMemory<byte> body)
{
    /// <summary>What a message costs beside its body, in bytes, about.</summary>
    public const int Overhead = 256;

    public string Label => label;

    /// <summary>Empty once it is settled.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    /// <summary>What it takes of the memory that is allowed.</summary>
    public int Cost { get; } = body.Length + Overhead;

    public string? TransportId { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Deliveries so far. Written under the outbox's lock.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset Arrived { get; init; }

    public void Settle()
    {
        Body = default;
        keeper.Settle(this);
    }
}
