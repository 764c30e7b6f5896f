namespace Towncrier.Providers.Aws;

public static class StubProblems
{
    public static IEnumerable<string> Problems(this AwsSourceOptions options) => options.Loops < 1 ? ["aws.loops must be 1.."] : [];

    public static IEnumerable<string> Problems(this AwsPublisherOptions options) => options.Group.Length == 0 ? ["aws.group"] : [];
}
