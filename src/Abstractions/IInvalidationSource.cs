namespace Towncrier;

/// <summary>What a transport promises; the agent makes up for the rest.</summary>
/// <param name="Settles">The broker keeps a delivery until it is settled, and redelivers it otherwise.</param>
/// <param name="Replays">After a reconnect the source goes on where it was; nothing in between is lost.</param>
public sealed record SourceTraits(bool Settles, bool Replays);

/// <summary>
/// The port every provider implements: knows one wire, and neither retries nor purges. The agent owns reconnecting.
/// </summary>
public interface IInvalidationSource
{
    /// <summary>The kind of source, as in the configuration: <c>http</c>, <c>redis</c>, ...</summary>
    string Name { get; }

    SourceTraits Traits { get; }

    /// <summary>
    /// Deliveries as they come, until <paramref name="stop"/>. Ends or throws when the connection is lost; the caller
    /// calls it again after a pause. A slow reader holds the source back; nothing is buffered without a bound.
    /// </summary>
    IAsyncEnumerable<Delivery> ReadAsync(CancellationToken stop);
}
