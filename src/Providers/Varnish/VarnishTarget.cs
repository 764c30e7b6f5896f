namespace Towncrier.Providers.Varnish;

/// <summary>
/// Purges a Varnish by the requests that varnish-towncrier sends: <c>PURGE path</c> for URLs, <c>PURGE /</c> with a tag in
/// a header, one request for each tag, and <c>BAN /</c> with an expression or a regular expression in a header. What only
/// nginx caches know, prefixes, wildcards, whole hosts and everything, goes as ban expressions.
/// </summary>
public sealed class VarnishTarget : IInvalidationTarget
{
    private readonly VarnishOptions _options;
    private readonly Endpoint _endpoint;
    private readonly RequestSender _sender;

    /// <exception cref="ArgumentException">The options have problems.</exception>
    public VarnishTarget(VarnishOptions options, TimeProvider clock, Random random)
    {
        var problems = options.Problems().ToArray();
        if (problems.Length > 0) throw new ArgumentException(string.Join("; ", problems), nameof(options));
        _options = options;
        _ = Endpoint.TryParse(options.Url, out _endpoint, out _); // one of the problems otherwise
        _sender = new RequestSender(options, _endpoint, clock, random);
    }

    /// <inheritdoc/>
    public string Name => "varnish:" + _options.Url.TrimEnd('/');

    /// <inheritdoc/>
    public async Task<TargetReport> ApplyAsync(Invalidation message, CancellationToken cancel)
    {
        IReadOnlyList<string> values = message.Values.Count == 0 ? [""] : message.Values; // all needs none
        var failures = new TargetFailure?[values.Count];
        var batch = new ValueBatch(_sender, new RequestPlan(message, _options, _options.Host ?? _endpoint.Authority));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, values.Count),
            new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConnections, CancellationToken = cancel },
            async (i, stop) => failures[i] = await batch.ApplyAsync(values[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        TargetFailure[] failed = [.. failures.OfType<TargetFailure>()];
        return new TargetReport(Name, values.Count - failed.Length, failed);
    }

    /// <summary>Closes its connections. What is under way fails.</summary>
    public void Dispose() => _sender.Dispose();
}
