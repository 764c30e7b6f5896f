using Amazon;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>A region and the addresses of its services.</summary>
internal sealed record Place(RegionEndpoint Region, Uri Sqs, Uri Sns)
{
    public Uri Of(AwsService service) => service == AwsService.Sqs ? Sqs : Sns;
}
