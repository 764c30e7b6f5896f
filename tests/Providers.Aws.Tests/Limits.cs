namespace Towncrier.Providers.Aws.Tests;

public class Limits
{
    [Fact]
    public void A_batch_has_ten_entries() => Aws.Calling.AwsLimits.BatchEntries.ShouldBe(10);
}
