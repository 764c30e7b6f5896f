using Amazon;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

public sealed class EndpointTests
{
    private static readonly Dictionary<string, string> Bare = [];

    [Fact]
    public void Every_region_has_the_hosts_of_AWS()
    {
        var rows = EndpointTable.Rows.Split('\n').Select(row => row.Split(' ')).ToList();
        // The SDK has names of its own as well, and learns those that other tests make up.
        rows.Select(row => row[0]).Except(RegionEndpoint.EnumerableAllRegions.Select(region => region.SystemName)).ShouldBeEmpty();
        foreach (var row in rows)
        {
            for (var kind = 0; kind < 4; kind++)
            {
                var environment = new Dictionary<string, string> { ["AWS_USE_FIPS_ENDPOINT"] = kind % 2 == 1 ? "true" : "false", ["AWS_USE_DUALSTACK_ENDPOINT"] = kind >= 2 ? "TRUE" : "" };
                var region = RegionEndpoint.GetBySystemName(row[0]);
                Endpoints.Of(AwsService.Sqs, region, null, environment).ShouldBe(new Uri($"https://{row[kind + 1]}/"));
                Endpoints.Of(AwsService.Sns, region, null, environment).ShouldBe(new Uri($"https://sns{row[kind + 1][3..]}/"));
            }
        }
    }

    [Fact]
    public void A_region_that_the_SDK_does_not_know_has_the_hosts_of_its_partition()
    {
        Endpoints.Of(AwsService.Sqs, RegionEndpoint.GetBySystemName("eu-west-9"), null, Bare).ShouldBe(new Uri("https://sqs.eu-west-9.amazonaws.com/"));
        Endpoints.Of(AwsService.Sqs, RegionEndpoint.GetBySystemName("cn-east-9"), null, Bare).ShouldBe(new Uri("https://sqs.cn-east-9.amazonaws.com.cn/"));
    }

    [Fact]
    public void The_option_goes_before_the_services_variable_and_that_before_the_common_one()
    {
        var environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = "http://common:1", ["AWS_ENDPOINT_URL_SQS"] = "http://own:2", ["AWS_USE_FIPS_ENDPOINT"] = "true" };
        Of(AwsService.Sqs, new Uri("http://option:3"), environment).ShouldBe(new Uri("http://option:3"));
        Of(AwsService.Sqs, null, environment).ShouldBe(new Uri("http://own:2"));
        Of(AwsService.Sns, null, environment).ShouldBe(new Uri("http://common:1"));
        environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
        Of(AwsService.Sqs, null, environment).Host.ShouldBe("sqs-fips.eu-west-1.amazonaws.com");
        Of(AwsService.Sqs, new Uri("http://option:3"), environment).ShouldBe(new Uri("http://option:3"));
    }

    [Theory]
    [InlineData("localhost:4566")]
    [InlineData("ftp://host/")]
    [InlineData("/")]
    public void A_variable_without_an_address_is_named(string url) =>
        Should.Throw<IOException>(() => Of(AwsService.Sns, null, new() { ["AWS_ENDPOINT_URL_SNS"] = url })).Message.ShouldContain("AWS_ENDPOINT_URL_SNS");

    [Theory]
    [InlineData("eu-west-2", "us-east-1", "us-west-1", "eu-west-2")]
    [InlineData(null, "us-east-1", "us-west-1", "us-east-1")]
    [InlineData(null, "", "us-west-1", "us-west-1")]
    public async Task The_region_is_that_of_the_option_or_of_the_environment(string? option, string first, string second, string expected)
    {
        var environment = new Dictionary<string, string> { ["AWS_REGION"] = first, ["AWS_DEFAULT_REGION"] = second };
        using var caller = new AwsCaller(new AwsAccess { Region = option }, TimeProvider.System, new Random(1), environment);
        var place = await caller.PlaceAsync(TestContext.Current.CancellationToken);
        place.Region.SystemName.ShouldBe(expected);
        place.Sqs.Host.ShouldBe($"sqs.{expected}.amazonaws.com");
    }

    [Theory]
    [InlineData("Ireland (eu)")]
    [InlineData("eu-west-1.evil.example/")]
    [InlineData("")]
    public async Task A_region_that_is_none_is_told(string region)
    {
        using var caller = new AwsCaller(new AwsAccess { Region = region }, TimeProvider.System, new Random(1), Bare);
        (await Should.ThrowAsync<IOException>(() => caller.PlaceAsync(TestContext.Current.CancellationToken))).Message.ShouldContain("no name of an AWS region");
    }

    private static Uri Of(AwsService service, Uri? configured, Dictionary<string, string> environment) => Endpoints.Of(service, RegionEndpoint.EUWest1, configured, environment);
}
