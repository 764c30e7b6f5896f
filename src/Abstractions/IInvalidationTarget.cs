namespace Towncrier;

/// <summary>A cache that is purged over the network, beside the nginx caches the agent looks after itself. Safe from several threads.</summary>
public interface IInvalidationTarget : IDisposable
{
    /// <summary>For people and reports: <c>varnish:http://127.0.0.1:6081</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Applies every value, each by itself, with a bounded number of tries. Never throws for a cache that fails: the
    /// report says so. Not called for dry runs.
    /// </summary>
    Task<TargetReport> ApplyAsync(Invalidation message, CancellationToken cancel);
}

/// <summary>What a message came to on one target.</summary>
/// <param name="Target">The target's <see cref="IInvalidationTarget.Name"/>.</param>
/// <param name="Applied">Values that were applied.</param>
/// <param name="Failures">The values that were not.</param>
public sealed record TargetReport(string Target, int Applied, IReadOnlyList<TargetFailure> Failures);

/// <summary>A value that a target did not apply.</summary>
/// <param name="Value">As it was sent.</param>
/// <param name="Error">What happened, and what to do about it.</param>
/// <param name="Retry">Whether trying later can help; false for a value the target can never apply.</param>
public sealed record TargetFailure(string Value, string Error, bool Retry)
{
    /// <summary>
    /// The target was asked, and did not do it: the message has failed. False for a value that cannot be said to such a
    /// target at all, as a raw cache key to a Varnish: that is an error of this value alone, as one that cannot be read is.
    /// </summary>
    public bool Asked { get; init; } = true;
}
