using Towncrier.Agent.Governing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Dispatching;

/// <summary>One cache directory as it is configured.</summary>
public sealed record CacheSettings
{
    /// <summary>The <c>proxy_cache_path</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The <c>proxy_cache_key</c>; null to guess from the keys.</summary>
    public string? Key { get; init; }

    /// <summary>The public hosts served from it, for a cache whose keys do not hold the public host.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Response headers that carry tags; null for the usual ones.</summary>
    public IReadOnlyList<string>? TagHeaders { get; init; }

    /// <summary>How large it may grow, and what is swept. Off by default: nginx has limits of its own.</summary>
    public CacheLimits Limits { get; init; } = CacheLimits.Off;

    /// <summary>Keeps the exact order in which entries were used, for 8 bytes each: of a store, which sees each read, and serves nothing stale.</summary>
    internal bool KeepsRecency { get; init; }

    /// <summary>Where that order is kept from one run to the next; null: not at all.</summary>
    internal string? OrderFile { get; init; }

    internal KeyTemplate Template => Key is null || !KeyTemplate.TryParse(Key, out var template, out _) ? KeyTemplate.Auto : template;

    internal TagHeaders Tags => TagHeaders is null ? Nginx.TagHeaders.Default : new TagHeaders(TagHeaders);
}
