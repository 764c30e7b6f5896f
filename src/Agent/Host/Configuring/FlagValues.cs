namespace Towncrier.Host.Configuring;

/// <summary>The command line's share of the configuration, as typed. Null or empty means: not given.</summary>
internal sealed record FlagValues
{
    /// <summary><c>--config FILE</c></summary>
    public string? Config { get; init; }

    /// <summary><c>--cache DIR</c>, any number of times.</summary>
    public IReadOnlyList<string> Caches { get; init; } = [];

    /// <summary><c>--key TEMPLATE</c>: for every --cache of the command line.</summary>
    public string? Key { get; init; }

    /// <summary><c>--host NAME</c>: for every --cache of the command line.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary><c>--tag-header NAME</c>: for every --cache of the command line.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary><c>--listen ADDRESS</c>, any number of times.</summary>
    public IReadOnlyList<string> Listen { get; init; } = [];

    /// <summary><c>--state DIR</c></summary>
    public string? State { get; init; }

    /// <summary><c>--fence DURATION</c></summary>
    public string? Fence { get; init; }

    /// <summary><c>--token-file FILE</c>. There is no --token: every user of the machine can read a command line.</summary>
    public string? TokenFile { get; init; }

    /// <summary><c>--log json|text|auto</c></summary>
    public string? Log { get; init; }
}
