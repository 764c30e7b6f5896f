namespace Towncrier.Providers.Varnish;

/// <summary>
/// The requests each value of one message comes to, as varnish-towncrier sends them; what it does not know goes as a ban
/// expression. A ban does not know soft from hard, and neither does PURGE: both are hard.
/// </summary>
/// <param name="ownHost">The Host header where the message names none.</param>
internal sealed class RequestPlan(Invalidation message, VarnishOptions options, string ownHost)
{
    private readonly HostConditions _hosts = new(message.HeldTo);

    /// <summary>The value's requests; all of them have to succeed. None, with the reason, for what can never be applied.</summary>
    public IReadOnlyList<VarnishRequest> Of(string value, out string problem)
    {
        problem = WireText.HeaderProblem(value) ?? "";
        if (message.Command == InvalidationCommand.All) problem = "";
        if (problem.Length > 0) return [];
        return message.Command switch
        {
            InvalidationCommand.Purge => Purge(UrlValue.Parse(value, cutFragment: true), out problem),
            InvalidationCommand.Ban => Expression(value, out problem),
            InvalidationCommand.BanUrl => BanUrl(value, out problem),
            InvalidationCommand.Xkey => Tags(value, message.Mode == PurgeMode.Soft, out problem),
            InvalidationCommand.XkeySoft => Tags(value, soft: true, out problem),
            InvalidationCommand.Prefix => Url(UrlValue.Parse(value, cutFragment: true), BanText.UrlStartsWith, out problem),
            InvalidationCommand.Wildcard => Url(UrlValue.Parse(value, cutFragment: false), BanText.UrlFits, out problem),
            InvalidationCommand.Host => Ban(value, null, out problem),
            InvalidationCommand.All => Ban(message.Host, BanText.Everything, out problem),
            InvalidationCommand.Key => Refused("Varnish has no cache keys in nginx's sense: send the URL with purge", out problem),
            _ => Refused($"Varnish is not told of {message.Command}", out problem),
        };
    }

    private VarnishRequest[] Purge(UrlValue url, out string problem)
    {
        var host = url.Host ?? message.Host;
        problem = WireText.PathProblem(url.Path) ?? "";
        if (problem.Length > 0) return [];
        // A PURGE is for one host. Of several, only a ban can be told.
        if (host?.StartsWith("*.", StringComparison.Ordinal) == true) return Ban(host, BanText.UrlIs(url.Path), out problem);
        problem = _hosts.Refusal(host ?? ownHost) ?? "";
        return problem.Length > 0 ? [] : [new VarnishRequest("PURGE", url.Path, host ?? ownHost)];
    }

    private VarnishRequest[] Expression(string value, out string problem)
    {
        value = BanQuotes.Strip(value);
        if (BanGuard.Problem(value) is { } wrong) return Refused(wrong, out problem);
        var scope = message.ScopedToHost ? message.Host : null;
        if (scope is null && message.HeldTo is null) return One(options.BanHeader, value, message.Host, out problem);
        return Ban(scope, value, out problem);
    }

    private VarnishRequest[] BanUrl(string value, out string problem)
    {
        if (BanText.WithoutBlanks(value) is not { } regex)
            return Refused("the regular expression holds a blank, at which Varnish would cut it: write \\x20", out problem);
        // Whether the VCL looks at the Host header of X-Ban-Url is its affair; where it matters, the expression says it.
        var tell = message.HeldTo is null && message.Host?.StartsWith("*.", StringComparison.Ordinal) != true;
        return tell ? One(options.BanUrlHeader, regex, message.Host, out problem) : Ban(message.Host, "req.url ~ " + regex, out problem);
    }

    private VarnishRequest[] Tags(string value, bool soft, out string problem)
    {
        var tags = value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        problem = message.HeldTo is not null ? $"Varnish purges a tag on all hosts, and its sender may purge only {string.Join(", ", message.HeldTo)}"
            : message.ScopedToHost && message.Host is not null ? $"Varnish purges a tag on all hosts, and the message is for {message.Host} only"
            : tags.Length == 0 ? "the value holds no tag"
            : "";
        if (problem.Length > 0) return [];
        var header = soft ? options.SoftXkeyHeader : options.XkeyHeader;
        var host = OneHost(message.Host);
        if (WireText.HostProblem(host) is { } wrong) return Refused("the host " + wrong, out problem);
        return [.. tags.Select(tag => new VarnishRequest("PURGE", "/", host, header, tag))];
    }

    private VarnishRequest[] Url(UrlValue url, Func<string, string> condition, out string problem)
        => Ban(url.Host ?? message.Host, condition(url.Path), out problem);

    /// <summary>A ban of what fits the condition on the host that is meant, or on those the sender is held to.</summary>
    private VarnishRequest[] Ban(string? host, string? condition, out string problem)
    {
        if (!_hosts.TryGet(host, out var conditions, out problem)) return [];
        return One(options.BanHeader, string.Join(BanText.And, condition is null ? conditions : [.. conditions, condition]), host, out problem);
    }

    private VarnishRequest[] One(string header, string value, string? host, out string problem)
    {
        problem = WireText.HostProblem(OneHost(host)) is { } wrong ? "the host " + wrong : "";
        return problem.Length > 0 ? [] : [new VarnishRequest("BAN", "/", OneHost(host), header, value)];
    }

    // A star is no Host header.
    private string OneHost(string? host) => string.IsNullOrEmpty(host) || host.Contains('*', StringComparison.Ordinal) ? ownHost : host;

    private static VarnishRequest[] Refused(string reason, out string problem)
    {
        problem = reason;
        return [];
    }
}
