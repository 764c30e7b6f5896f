using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching.Bans;

namespace Towncrier.Agent.Matching;

/// <summary>Compiles the values of one message for one cache; each succeeds or fails by itself.</summary>
/// <param name="at">When the message came: a ban's ages are as of then. Other commands do not ask.</param>
internal sealed class ValueCompiler(Invalidation message, CacheIndex index, IReadOnlyList<string> hosts, DateTimeOffset at = default)
{
    private readonly Dictionary<(string?, bool), HostScope> _scopes = [];

    public CompiledValue Compile(string value) => message.Command switch
    {
        InvalidationCommand.Purge => Ok(Url(value)),
        InvalidationCommand.Prefix => Ok(Text(value, cutFragment: true, url => new PrefixPattern(url.InKey(index.Template)))),
        InvalidationCommand.Wildcard => Ok(Text(value, cutFragment: false, url => new WildcardPattern(Encoding.UTF8.GetBytes(url.Uri)))),
        InvalidationCommand.BanUrl => Regex(value),
        InvalidationCommand.Ban => Ban(value),
        InvalidationCommand.Key => Ok(new KeyMatcher(Encoding.UTF8.GetBytes(value), ScopeOf(message.Host, strict: false))),
        InvalidationCommand.Xkey or InvalidationCommand.XkeySoft => Tags(value),
        InvalidationCommand.Host when value.Length == 0 => new CompiledValue(null, "no host is named"), // never "any host"
        InvalidationCommand.Host => Ok(new PatternMatcher(new EverythingPattern(), ScopeOf(value, strict: true))),
        InvalidationCommand.All => Ok(new PatternMatcher(new EverythingPattern(), ScopeOf(message.Host, strict: true))),
        _ => new CompiledValue(null, $"the command {message.Command} is not known here"),
    };

    private static CompiledValue Ok(IValueMatcher matcher) => new(matcher, null);

    private IValueMatcher Url(string value)
    {
        var url = UrlText.Parse(value, cutFragment: true);
        var scope = ScopeOf(url.Host ?? message.Host, strict: false);
        var uri = url.InKey(index.Template);
        return index.Template.OpenEnded ? new PatternMatcher(new PrefixPattern(uri), scope) : new UrlMatcher(uri, scope);
    }

    private PatternMatcher Text(string value, bool cutFragment, Func<UrlText, ITextPattern> pattern)
    {
        var url = UrlText.Parse(value, cutFragment);
        return new PatternMatcher(pattern(url), ScopeOf(url.Host ?? message.Host, strict: false));
    }

    private CompiledValue Regex(string value) => RegexPattern.TryCompile(value, out var pattern, out var problem)
        ? Ok(new PatternMatcher(pattern!, ScopeOf(message.Host, strict: false)))
        : new CompiledValue(null, problem);

    private CompiledValue Ban(string value)
    {
        if (!BanExpression.TryParse(value, out var expression, out var problem)) return new CompiledValue(null, problem);
        var scope = ScopeOf(message.ScopedToHost ? message.Host : null, strict: false);
        return Ok(new BanMatcher(expression!, scope, index, hosts, at));
    }

    private CompiledValue Tags(string value)
    {
        var tags = value.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (tags.Length == 0) return new CompiledValue(null, "no tag is named");
        var scope = ScopeOf(message.ScopedToHost ? message.Host : null, strict: false);
        return Ok(new TagMatcher([.. tags.Select(Encoding.UTF8.GetBytes)], scope));
    }

    private HostScope ScopeOf(string? host, bool strict)
    {
        if (!_scopes.TryGetValue((host, strict), out var scope))
            _scopes[(host, strict)] = scope = HostScope.For(host, hosts, index, strict).HeldTo(message.HeldTo, hosts);
        return scope;
    }
}
