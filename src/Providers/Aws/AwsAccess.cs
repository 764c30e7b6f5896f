using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws;

/// <summary>Where AWS is called and as whom. Null: as the SDKs and the command line find it, from the environment, the profile and the instance.</summary>
public sealed record AwsAccess
{
    /// <summary>Such as <c>eu-west-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>An address for SQS and SNS alike, such as an emulator's or a VPC endpoint's; goes before AWS_ENDPOINT_URL*.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>A profile of the shared configuration; null: AWS_PROFILE, else the default one.</summary>
    public string? Profile { get; init; }

    /// <summary>The region that an ARN, or a queue's URL of AWS, is in; null for anything else.</summary>
    public static string? RegionOf(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Split(':') is ["arn", _, _, { Length: > 0 } ofArn, ..] ? ofArn
            : Uri.TryCreate(place, UriKind.Absolute, out var url) && url.Host.Split('.') is ["sqs", var ofUrl, "amazonaws", ..] ? ofUrl
            : null;
    }

    internal IEnumerable<string> Problems()
    {
        if (Region is { } region && !Regions.IsName(region)) yield return $"aws.region '{region}' is no name of a region; one looks like eu-west-1";
    }
}
