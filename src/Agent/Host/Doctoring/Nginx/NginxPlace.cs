namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>A level that passes requests on through a cache: a location, or a server or if block with a pass of its own.</summary>
/// <param name="Kind">proxy, fastcgi, uwsgi or scgi.</param>
/// <param name="Pass">The *_pass directive.</param>
/// <param name="Levels">The directives of each level that applies, outermost (http) first.</param>
internal sealed record NginxPlace(string Kind, NginxDirective Pass, IReadOnlyList<IReadOnlyList<NginxDirective>> Levels)
{
    /// <summary>
    /// The directives of that name at the innermost level that has any: nginx inherits a whole set or nothing.
    /// </summary>
    public IReadOnlyList<NginxDirective> All(string name)
    {
        for (var level = Levels.Count - 1; level >= 0; level--)
        {
            var found = Levels[level].Where(d => d.Name == name).ToList();
            if (found.Count > 0) return found;
        }

        return [];
    }

    /// <summary>The one directive in force, or null.</summary>
    public NginxDirective? One(string name) => All(name) is [.., var last] ? last : null;

    /// <summary>The one directive in force of this place's kind: <c>Own("cache_key")</c> is proxy_cache_key or fastcgi_cache_key.</summary>
    public NginxDirective? Own(string name) => One($"{Kind}_{name}");

    /// <summary>True when the directive of this kind says "on".</summary>
    public bool IsOn(string name) => Own(name)?.First == "on";

    /// <summary>The zone's name, which may hold variables; null when nothing is cached here.</summary>
    public string? ZoneName => Own("cache") is { First: not "off" and not "" } cache ? cache.First : null;

    /// <summary>The key as the agent must read it. Null when nginx would use an empty key (all but proxy have no default).</summary>
    public NginxKey? Key => Own("cache_key") is { } key
        ? new NginxKey(key.First, key.Where, false)
        : Kind == "proxy" ? new NginxKey(NginxKey.DefaultTemplate, Pass.Where, true) : null;
}

/// <summary>A key template and where it was found.</summary>
/// <param name="Template">With nginx's variables.</param>
/// <param name="Where"><c>file:line</c>; for a default, that of the pass directive.</param>
/// <param name="IsDefault">True when the configuration names none.</param>
internal sealed record NginxKey(string Template, string Where, bool IsDefault)
{
    /// <summary>
    /// What nginx writes without proxy_cache_key: the address of proxy_pass, "http://" included, and the URI.
    /// The manual's $scheme$proxy_host$request_uri leaves out the "://".
    /// </summary>
    public const string DefaultTemplate = "$scheme://$proxy_host$request_uri";
}
