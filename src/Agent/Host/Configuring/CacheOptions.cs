using Towncrier.Agent.Governing;

namespace Towncrier.Host.Configuring;

/// <summary>One cache directory: what nginx names in proxy_cache_path.</summary>
internal sealed record CacheOptions
{
    /// <summary>The directory: absolute, without a slash at the end.</summary>
    public required string Path { get; init; }

    /// <summary>The proxy_cache_key template, such as <c>$scheme$host$request_uri</c>; null means that it is read from <c>nginx -T</c>.</summary>
    public string? Key { get; init; }

    /// <summary>The public hosts this cache serves, for keys that do not hold one (the default key holds the upstream's name).</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Response headers whose value is a list of surrogate keys. An empty list means that tags are not read.</summary>
    public IReadOnlyList<string> Tags { get; init; } = DefaultTags;

    /// <summary>How large it may grow, and what is swept. Everything is off unless it is set.</summary>
    public CacheLimits Limits { get; init; } = CacheLimits.Off;

    /// <summary>The headers in which the common content systems and networks send their surrogate keys.</summary>
    public static readonly IReadOnlyList<string> DefaultTags =
    [
        "Surrogate-Key", "Cache-Tag", "Cache-Tags", "X-Cache-Tags", "xkey", "X-Magento-Tags", "Purge-Cache-Tags",
        "X-Drupal-Cache-Tags", "Edge-Cache-Tag", "CDN-Tag", "Netlify-Cache-Tag",
    ];

    /// <summary>Longest key template in bytes; nginx's own configuration token is at most 4,096.</summary>
    public const int LongestKey = 4096;
}
