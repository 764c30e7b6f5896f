namespace Towncrier;

/// <summary>
/// The port for sending messages: knows one wire and does not retry. Safe from several threads. One publisher keeps its
/// connection; dispose of it when done.
/// </summary>
public interface IInvalidationPublisher : IAsyncDisposable
{
    /// <summary>What it sends to, for people: <c>redis:varnish.purge</c>.</summary>
    string Name { get; }

    /// <summary>The largest message it can send, in bytes.</summary>
    int MaxBytes { get; }

    /// <summary>Sends one encoded message. When this returns, the broker has taken it.</summary>
    /// <exception cref="IOException">The broker cannot be reached, or refused it; the message says which.</exception>
    Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel);
}

/// <summary>What a broker said when it took a message.</summary>
/// <param name="Receivers">How many were listening; null where the broker keeps the message and cannot tell.</param>
public readonly record struct Published(long? Receivers);
