using Azure.Core;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>The right that a call needs; on a shared access policy a claim, with Entra a part of a role.</summary>
internal enum Claim : byte
{
    Listen,
    Send,
    Manage,
}

/// <summary>One call to one entity.</summary>
/// <param name="Operation">For people: <c>receive</c>.</param>
/// <param name="Entity">The path of what it is about; the token is for this.</param>
/// <param name="Path">Below the namespace, with its query.</param>
internal sealed record BrokerRequest(Claim Claim, string Operation, RequestMethod Method, string Entity, string Path)
{
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sending it again does no harm when the answer was lost.</summary>
    public bool IsSafe { get; init; } = true;

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Most bytes of the answer's body.</summary>
    public int MostAnswer { get; init; } = 256 * 1024;

    /// <summary>A status that is an answer here and no error, beside all below 300.</summary>
    public int Expected { get; init; }

    /// <summary>Service Bus answers within tens of milliseconds, rarely a second; what takes longer has usually been lost.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
}

/// <summary>An answer.</summary>
/// <param name="Date">By the server's clock, to the second; null when it does not say.</param>
/// <param name="Body">Null when it has more bytes than were asked for.</param>
internal sealed record BrokerAnswer(int Status, DateTimeOffset? Date, ReadOnlyMemory<byte>? Body, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
