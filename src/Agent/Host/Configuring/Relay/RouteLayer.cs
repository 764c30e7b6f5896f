namespace Towncrier.Host.Configuring.Relay;

/// <summary>One route as the file names it.</summary>
internal sealed record RouteLayer(string Where)
{
    public IReadOnlyList<Sourced<string>> From { get; init; } = [];

    public IReadOnlyList<Sourced<string>> To { get; init; } = [];

    public IReadOnlyList<string> Hosts { get; init; } = [];

    public IReadOnlyList<InvalidationCommand> Commands { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Audience { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public int? Rate { get; init; }
}
