using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Callers for tests.</summary>
internal static class Make
{
    public const string Region = "eu-west-1";
    public const string Topic = "arn:aws:sns:eu-west-1:123456789012:news";
    public const string Queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/www-1";

    /// <summary>Its retries wait nothing.</summary>
    public static AwsCaller Caller(AwsPeer peer, TimeProvider? clock = null, string region = Region) =>
        new(new AwsAccess { Region = region, Endpoint = peer.Url }, clock ?? TimeProvider.System, new Zero(), new Dictionary<string, string>());

    /// <summary>A chance that is always nought: full jitter then waits nothing.</summary>
    private sealed class Zero : Random
    {
        public override double NextDouble() => 0;
    }
}
