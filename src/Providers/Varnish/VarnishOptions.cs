namespace Towncrier.Providers.Varnish;

/// <summary>One Varnish that is told of invalidations, as varnish-towncrier tells it; the headers are what its VCL listens to.</summary>
public sealed record VarnishOptions
{
    /// <summary>Where it listens; http only. Its path does not matter. Default <c>http://127.0.0.1:8080/</c>, as varnish-towncrier.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8080/";

    /// <summary>Carries a tag to purge. Default <c>x-xkey</c>.</summary>
    public string XkeyHeader { get; init; } = "x-xkey";

    /// <summary>Carries a tag to expire softly. Default <c>x-xkey-soft</c>.</summary>
    public string SoftXkeyHeader { get; init; } = "x-xkey-soft";

    /// <summary>Carries a ban expression. Default <c>x-ban-expression</c>.</summary>
    public string BanHeader { get; init; } = "x-ban-expression";

    /// <summary>Carries a regular expression on URLs. Default <c>x-ban-url</c>.</summary>
    public string BanUrlHeader { get; init; } = "x-ban-url";

    /// <summary>The Host header of messages that name none; null is the URL's own host and port.</summary>
    public string? Host { get; init; }

    /// <summary>Most connections, and so most requests at a time, over all messages. Default 8.</summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>Longest one try may take, connecting included. Default 5 s, as varnish-towncrier.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most tries of one request, the first included. Default 3.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Longest wait before the second try; it doubles with each further one. Default 50 ms.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Endpoint.TryParse(Url, out _, out var problem)) yield return "varnish.url " + problem;
        foreach (var (name, value) in Headers.Where(header => !WireText.IsToken(header.Value)))
            yield return $"varnish.{name} \"{value}\" is no header name";
        foreach (var twice in Headers.GroupBy(header => header.Value, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
            yield return $"varnish.{string.Join(" and varnish.", twice.Select(header => header.Name))} are the same: {twice.Key}";
        if (Host is not null && WireText.HostProblem(Host) is { } host) yield return "varnish.host " + host;
        if (MaxConnections is < 1 or > 1024) yield return "varnish.max_connections must be 1..1024";
        if (Timeout < TimeSpan.FromMilliseconds(1) || Timeout > TimeSpan.FromMinutes(10)) yield return "varnish.timeout must be 1ms..10m";
        if (Tries is < 1 or > 100) yield return "varnish.tries must be 1..100";
        if (FirstDelay < TimeSpan.Zero || FirstDelay > TimeSpan.FromMinutes(1)) yield return "varnish.first_delay must be 0s..1m";
    }

    private (string Name, string Value)[] Headers =>
    [
        ("xkey_header", XkeyHeader), ("soft_xkey_header", SoftXkeyHeader), ("ban_header", BanHeader), ("ban_url_header", BanUrlHeader),
    ];
}
