using Amazon.Runtime;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>What one call does about refusals that are not about the call: each remedy once, and outside the quota of retries.</summary>
internal sealed class Remedies(ServerClock time, Credentials credentials)
{
    private bool _hasHealed;
    private bool _hasRenewed;

    /// <summary>Whether the call, signed anew, may succeed now: with AWS's time, or with other keys.</summary>
    /// <param name="date">The answer's time.</param>
    /// <param name="signedAt">The time that was signed.</param>
    /// <exception cref="IOException">There are no credentials any more.</exception>
    public async Task<bool> TryAsync(Refused refused, DateTimeOffset? date, ImmutableCredentials keys, DateTimeOffset signedAt, CancellationToken cancel)
    {
        if (!_hasHealed && ErrorCodes.IsAboutTime(refused.Code) && date is { } now && time.TryHeal(now, signedAt)) return _hasHealed = true;
        if (!_hasRenewed && ErrorCodes.IsAboutKeys(refused.Code))
        {
            _hasRenewed = true;
            return await credentials.TryRenewAsync(keys, cancel).ConfigureAwait(false);
        }

        return false;
    }
}
