using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>
/// The keys to sign with, by the SDK's whole chain: environment, profile, process, assumed role, web identity, container,
/// instance, SSO. The SDK caches and refreshes them; we only ask. Safe from several threads.
/// </summary>
/// <param name="profile">A profile and nothing else; null: the whole chain.</param>
internal sealed class Credentials(string? profile, TimeProvider clock)
{
    // The SDK asks an instance's metadata for up to 35 s; a role goes to STS after that.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private AWSCredentials? _ofProfile; // they cache what was assumed with them

    /// <exception cref="IOException">There are none; says where was looked.</exception>
    public async Task<ImmutableCredentials> CurrentAsync(CancellationToken cancel)
    {
        try
        {
            // Parts of the chain block while they ask; a caller's thread is not theirs.
            var finding = Task.Run(async () => await (await FindAsync().ConfigureAwait(false)).GetCredentialsAsync().ConfigureAwait(false), cancel);
            return await finding.WaitAsync(Longest, clock, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new IOException($"no AWS credentials within {Longest.TotalSeconds:0} s; {Where()}");
        }
        catch (Exception e) when (IsOfCredentials(e))
        {
            throw new IOException($"no AWS credentials: {Line(e)}; {Where()}", e);
        }
    }

    /// <summary>After AWS refused <paramref name="used"/>: drops what is held, and whether there are others now.</summary>
    /// <exception cref="IOException">There are none.</exception>
    public async Task<bool> TryRenewAsync(ImmutableCredentials used, CancellationToken cancel)
    {
        if (!(await CurrentAsync(cancel).ConfigureAwait(false)).Equals(used)) return true;
        lock (_gate) _ofProfile = null;
        if (await FindAsync().ConfigureAwait(false) is RefreshingAWSCredentials refreshing) refreshing.ClearCredentials();
        return !(await CurrentAsync(cancel).ConfigureAwait(false)).Equals(used);
    }

    private async Task<AWSCredentials> FindAsync()
    {
        if (profile is null) return await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_ofProfile is { } held) return held;
        }

        if (!new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var found)) throw new AmazonClientException($"there is no profile {profile} with credentials");
        lock (_gate) return _ofProfile ??= found;
    }

    private string Where() => profile is null
        ? "looked at AWS_ACCESS_KEY_ID, the profile AWS_PROFILE or default in ~/.aws (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE), AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_* and the instance's role: give this host one of them"
        : $"looked at profile {profile} in ~/.aws (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE) alone: correct aws.profile, or add the profile";

    private static bool IsOfCredentials(Exception e) => e is AmazonClientException or AmazonServiceException or ProcessAWSCredentialException
        or InvalidDataException or ArgumentException or InvalidOperationException or HttpRequestException or IOException;

    private static string Line(Exception e) => e.Message.ReplaceLineEndings(" ");
}
