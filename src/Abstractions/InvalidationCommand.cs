namespace Towncrier;

/// <summary>What an invalidation's values are. The wire names are in <see cref="Wire.CommandNames"/>.</summary>
public enum InvalidationCommand
{
    /// <summary>URL paths with their query, or absolute URLs: every scheme, method and Vary variant of each.</summary>
    Purge,

    /// <summary>Ban expressions: conditions on host, URL, status, age and response headers.</summary>
    Ban,

    /// <summary>Regular expressions searched for in the URL (path and query).</summary>
    BanUrl,

    /// <summary>Tags (surrogate keys); a value may hold several, separated by spaces.</summary>
    Xkey,

    /// <summary>As <see cref="Xkey"/>, always soft.</summary>
    XkeySoft,

    /// <summary>URL prefixes.</summary>
    Prefix,

    /// <summary>URL patterns in which <c>*</c> stands for any run of bytes, anchored at both ends.</summary>
    Wildcard,

    /// <summary>Raw cache keys, compared byte for byte.</summary>
    Key,

    /// <summary>Host names: everything cached for them.</summary>
    Host,

    /// <summary>Everything; of one host when the message names one.</summary>
    All,
}
