namespace Towncrier.Host.Configuring;

/// <summary>Where the agent takes HTTP calls.</summary>
internal sealed record ListenOptions
{
    /// <summary>At least one address, each once.</summary>
    public required IReadOnlyList<ListenAddress> Addresses { get; init; }

    /// <summary>Loopback only: an agent that was told nothing must not be reachable from outside.</summary>
    public static readonly ListenOptions Default = new() { Addresses = [new ListenAddress("http://127.0.0.1:8471", null, "127.0.0.1", 8471)] };
}
