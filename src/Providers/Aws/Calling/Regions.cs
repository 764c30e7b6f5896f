using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Which region is meant: the option, AWS_REGION, AWS_DEFAULT_REGION, the profile, the instance; the first that says one.</summary>
internal static class Regions
{
    // An instance's metadata is asked last, and does not answer where there is none.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <exception cref="IOException">None says one, or it is no name of a region.</exception>
    public static async Task<RegionEndpoint> FindAsync(AwsAccess access, IReadOnlyDictionary<string, string> environment, TimeProvider clock, CancellationToken cancel)
    {
        var name = access.Region ?? Text(environment, "AWS_REGION") ?? Text(environment, "AWS_DEFAULT_REGION");
        if (name is not null) return Named(name);
        try
        {
            var finding = Task.Run(() => OfProfile(access.Profile) ?? FallbackRegionFactory.GetRegionEndpoint(), cancel);
            return await finding.WaitAsync(Longest, clock, cancel).ConfigureAwait(false) ?? throw Missing(access, null);
        }
        catch (Exception e) when (e is not IOException && (e is TimeoutException || Credentials.IsOfSdk(e)))
        {
            throw Missing(access, e);
        }
    }

    private static RegionEndpoint? OfProfile(string? profile) => profile is not null && new CredentialProfileStoreChain().TryGetProfile(profile, out var found) ? found.Region : null;

    /// <summary>As a label of a host's name: lower case.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static RegionEndpoint Named(string name) => IsName(name)
        ? RegionEndpoint.GetBySystemName(name)
        : throw new IOException($"\"{name}\" is no name of an AWS region; one looks like eu-west-1");

    private static string? Text(IReadOnlyDictionary<string, string> environment, string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static IOException Missing(AwsAccess access, Exception? cause) => new(
        $"no AWS region: set aws.region, AWS_REGION, or region in profile {access.Profile ?? "default"}; the instance's metadata does not say one either{(cause is null ? "" : $" ({cause.Message.ReplaceLineEndings(" ")})")}", cause);
}
