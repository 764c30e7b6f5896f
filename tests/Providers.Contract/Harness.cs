namespace Towncrier.Providers.Contract;

/// <summary>What a provider promises, and so which checks are for it.</summary>
internal sealed record Claims
{
    /// <summary>What its sources say of themselves.</summary>
    public required SourceTraits Traits { get; init; }

    /// <summary>Deliveries come in the order they were sent one after the other.</summary>
    public bool Orders { get; init; }

    /// <summary>It connects to a broker over a link that can fail.</summary>
    public bool Links { get; init; }

    /// <summary>It knows after a restart that it was away: what was sent meanwhile arrives, or is told as a gap.</summary>
    public bool Remembers { get; init; }

    /// <summary>Most messages it takes in while the agent reads none; the senders of the rest wait or are refused. None: the broker takes all.</summary>
    public int MostHeld { get; init; }
}

/// <summary>
/// One provider under test, with its broker: all that a further provider must add. One source is read at a time.
/// </summary>
internal abstract class Harness : IAsyncDisposable
{
    /// <summary>The link from the source to its broker; null when there is none.</summary>
    public TcpProxy? Link { get; protected init; }

    /// <summary>Bytes of messages that the broker holds in this very process.</summary>
    public virtual long BrokerBytes => 0;

    /// <summary>
    /// A new source, as after a restart, with little room: some 1 MiB of messages. It notices a dead link within a second.
    /// </summary>
    public abstract Task<IInvalidationSource> BuildAsync();

    /// <summary>Sends bytes as they are, not over the link. True when they were taken; false when the sender was told that they were not.</summary>
    public abstract Task<bool> PublishAsync(ReadOnlyMemory<byte> message);

    public abstract ValueTask DisposeAsync();
}
