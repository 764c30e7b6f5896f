using Amazon;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Where a service of a region is. Pure; the rules are those of the endpoint rule sets of SQS and SNS in botocore.</summary>
internal static class Endpoints
{
    // partitions.json of botocore 1.43; a partition that is not here has no dual stack that we know of.
    private static readonly Dictionary<string, string> DualStackSuffixes = new(StringComparer.Ordinal)
    {
        ["aws"] = "api.aws",
        ["aws-cn"] = "api.amazonwebservices.com.cn",
        ["aws-eusc"] = "api.amazonwebservices.eu",
        ["aws-iso"] = "api.aws.ic.gov",
        ["aws-iso-b"] = "api.aws.scloud",
        ["aws-iso-e"] = "api.cloud-aws.adc-e.uk",
        ["aws-iso-f"] = "api.aws.hci.ic.gov",
        ["aws-us-gov"] = "api.aws",
    };

    /// <param name="configured">Goes before the environment.</param>
    /// <exception cref="IOException">A variable holds no address, or dual stack is asked for where there is none.</exception>
    public static Uri Of(AwsService service, RegionEndpoint region, Uri? configured, IReadOnlyDictionary<string, string> environment)
    {
        var name = service == AwsService.Sqs ? "sqs" : "sns";
        if (configured is not null) return configured;
        if (!IsOn(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
        {
            foreach (var variable in new[] { "AWS_ENDPOINT_URL_" + name.ToUpperInvariant(), "AWS_ENDPOINT_URL" })
            {
                if (environment.TryGetValue(variable, out var url) && url.Length > 0) return Parse(variable, url);
            }
        }

        var isDual = IsOn(environment, "AWS_USE_DUALSTACK_ENDPOINT");
        // In GovCloud the usual name is the FIPS one; its dual-stack name is not.
        var isFips = IsOn(environment, "AWS_USE_FIPS_ENDPOINT") && (isDual || region.PartitionName != "aws-us-gov");
        return new Uri($"https://{name}{(isFips ? "-fips" : "")}.{region.SystemName}.{(isDual ? DualStack(region) : region.PartitionDnsSuffix)}/");
    }

    private static string DualStack(RegionEndpoint region) => DualStackSuffixes.TryGetValue(region.PartitionName, out var suffix)
        ? suffix
        : throw new IOException($"AWS_USE_DUALSTACK_ENDPOINT is on, and no dual-stack address of {region.SystemName} is known; turn it off, or set AWS_ENDPOINT_URL");

    private static Uri Parse(string variable, string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw new IOException($"{variable} holds no http or https address; correct or unset it");

    private static bool IsOn(IReadOnlyDictionary<string, string> environment, string variable) =>
        environment.TryGetValue(variable, out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);
}
