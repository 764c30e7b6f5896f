namespace Towncrier;

/// <summary>What a transport promises; the agent makes up for the rest.</summary>
/// <param name="Settles">A delivery is kept until it is settled, by the broker or by the source, and delivered again otherwise.</param>
/// <param name="Replays">After a reconnect the source goes on where it was; nothing in between is lost, or the source tells the gap.</param>
public sealed record SourceTraits(bool Settles, bool Replays);

/// <summary>
/// The port every provider implements: knows one wire, and neither retries nor purges. The agent owns reconnecting.
/// </summary>
public interface IInvalidationSource
{
    /// <summary>The kind of source, as in the configuration: <c>http</c>, <c>redis</c>, ...</summary>
    string Name { get; }

    /// <summary>The metric labels its deliveries come under, such as <c>redis:varnish.purge</c>; each is a channel of its own.</summary>
    IReadOnlyList<string> Channels { get; }

    SourceTraits Traits { get; }

    /// <summary>
    /// Deliveries as they come, until <paramref name="stop"/>. Throws <see cref="IOException"/> when the connection is
    /// lost; the caller calls it again after a pause. Ends by itself only when the source has been closed. A slow reader
    /// holds the source back; nothing is buffered without a bound. One reader at a time.
    /// </summary>
    IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop);
}
