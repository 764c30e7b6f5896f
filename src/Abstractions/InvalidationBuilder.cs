using Towncrier.Wire;

namespace Towncrier;

/// <summary>
/// Collects what is to be invalidated, and makes as few messages of it as fit. What cannot be meant is told when it is
/// added, not by an agent later. Not safe from several threads; may be built more than once, each time with new ids.
/// </summary>
/// <example><code>
/// var messages = new InvalidationBuilder { Host = "www.example.org", Source = "cms" }
///     .PurgeUrl("/news/42").PurgeTags("article-42", "front-page").Soft().Build();
/// </code></example>
public sealed class InvalidationBuilder
{
    private readonly List<(InvalidationCommand Command, List<string> Values)> _selectors = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _audience = [];
    private TimeSpan? _lifetime;

    /// <summary>The site that is meant; null, the default, is any. See <see cref="Invalidation.Host"/> for what it limits.</summary>
    /// <exception cref="ArgumentException">It is no host.</exception>
    public string? Host
    {
        get;
        set => field = Allowed(value, value is null or "" ? null : HostRules.Problem(value), nameof(Host));
    }

    /// <summary>Who sends it, for the agents' audit logs.</summary>
    /// <exception cref="ArgumentException">It is not 1 to 200 printable characters.</exception>
    public string? Source
    {
        get;
        set => field = Allowed(value, value is null ? null : MessageRules.LabelProblem(value), nameof(Source));
    }

    public PurgeMode Mode { get; set; }

    /// <summary>Find and report, but change nothing.</summary>
    public bool DryRun { get; set; }

    /// <summary>Tags and ban expressions too are held to <see cref="Host"/>.</summary>
    public bool ScopedToHost { get; set; }

    public InvalidationBuilder OnHost(string host)
    {
        Host = host;
        return this;
    }

    /// <summary>Stale rather than gone: the cache may serve it once more while it fetches a new one.</summary>
    public InvalidationBuilder Soft()
    {
        Mode = PurgeMode.Soft;
        return this;
    }

    /// <summary>An agent that sees it later than this after it was built does not apply it.</summary>
    public InvalidationBuilder ExpiresAfter(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        _lifetime = lifetime;
        return this;
    }

    /// <summary>Only for agents whose <paramref name="label"/> is one of the values; said of several labels, all must hold.</summary>
    /// <exception cref="ArgumentException">A name cannot be one, or there are more than 16 labels or 32 values.</exception>
    public InvalidationBuilder To(string label, params IReadOnlyList<string> values)
    {
        var problem = AudienceReader.Problem(label, values) ?? (_audience.Count == AudienceReader.MaxLabels && !_audience.ContainsKey(label) ? "is one label too many" : null);
        _audience[Allowed(label, problem, nameof(label))!] = [.. values];
        return this;
    }

    /// <summary>Paths with their query, or whole URLs.</summary>
    public InvalidationBuilder PurgeUrl(params IEnumerable<string> urls) => Add(InvalidationCommand.Purge, urls);

    public InvalidationBuilder PurgeTags(params IEnumerable<string> tags) => Add(InvalidationCommand.Xkey, tags);

    /// <summary>The beginnings of paths.</summary>
    public InvalidationBuilder PurgePrefix(params IEnumerable<string> prefixes) => Add(InvalidationCommand.Prefix, prefixes);

    /// <summary>Patterns of whole URLs, in which <c>*</c> is any run of characters.</summary>
    public InvalidationBuilder PurgeWildcard(params IEnumerable<string> patterns) => Add(InvalidationCommand.Wildcard, patterns);

    /// <summary>Cache keys as nginx made them.</summary>
    public InvalidationBuilder PurgeKey(params IEnumerable<string> keys) => Add(InvalidationCommand.Key, keys);

    /// <summary>Everything cached for these hosts.</summary>
    public InvalidationBuilder PurgeHost(params IEnumerable<string> hosts) => Add(InvalidationCommand.Host, hosts);

    /// <summary>Everything; of <see cref="Host"/> when that is set.</summary>
    public InvalidationBuilder PurgeAll()
    {
        ValuesOf(InvalidationCommand.All);
        return this;
    }

    /// <summary>Regular expressions searched for in the URL.</summary>
    public InvalidationBuilder BanUrl(params IEnumerable<string> regexes) => Add(InvalidationCommand.BanUrl, regexes);

    /// <summary>Ban expressions, as in Varnish: <c>obj.http.content-type ~ "^image/"</c>.</summary>
    public InvalidationBuilder Ban(params IEnumerable<string> expressions) => Add(InvalidationCommand.Ban, expressions);

    /// <summary>
    /// The messages: one for each kind of selector, or several where its values do not fit into one, in the order in
    /// which they were added. Each has an id of its own that sorts by time, and leaves 1 KiB for a signature. None when
    /// nothing was added.
    /// </summary>
    /// <exception cref="ArgumentException">A value does not fit into a message of these limits by itself.</exception>
    public IReadOnlyList<Invalidation> Build(WireLimits? limits = null, TimeProvider? clock = null)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var pieces = new MessagePieces(limits ?? WireLimits.Default);
        foreach (var (command, values) in _selectors)
        {
            pieces.Cut(new Invalidation
            {
                Command = command,
                Values = values,
                Host = string.IsNullOrEmpty(Host) ? null : Host,
                Source = Source,
                Mode = Mode,
                DryRun = DryRun,
                ScopedToHost = ScopedToHost,
                Audience = _audience.ToDictionary(),
                Issued = now,
                Expires = _lifetime is { } lifetime ? Later(now, lifetime) : null,
            });
        }

        return pieces.Messages;
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan lifetime) =>
        DateTimeOffset.MaxValue - now > lifetime ? now + lifetime : DateTimeOffset.MaxValue;

    private InvalidationBuilder Add(InvalidationCommand command, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            if (ValueRules.Problem(command, value, WireLimits.Default) is { } problem)
                throw new ArgumentException($"{CommandNames.Of(command)} {Refusals.Quote(value)}: {problem}", nameof(values));
            ValuesOf(command).Add(value);
        }

        return this;
    }

    private List<string> ValuesOf(InvalidationCommand command)
    {
        var found = _selectors.FindIndex(selector => selector.Command == command);
        if (found >= 0) return _selectors[found].Values;
        _selectors.Add((command, []));
        return _selectors[^1].Values;
    }

    private static string? Allowed(string? text, string? problem, string name) =>
        problem is null ? text : throw new ArgumentException($"{Refusals.Quote(text ?? "")} {problem}", name);
}
