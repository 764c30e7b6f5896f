namespace Towncrier.Providers.Aws.Tests;

/// <summary>All problems of options are listed at once.</summary>
public class OptionsTests
{
    private const string Topic = "arn:aws:sns:eu-west-1:123456789012:purges";

    [Fact]
    public void The_defaults_with_a_queue_or_a_topic_are_fine()
    {
        new AwsSourceOptions { Queue = "q" }.Problems().ShouldBeEmpty();
        new AwsSourceOptions { Topic = Topic, Host = "web-1.example.org" }.Problems().ShouldBeEmpty();
        new AwsSourceOptions { Queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/q.fifo", Access = new AwsAccess { Region = "eu-west-1" } }.Problems().ShouldBeEmpty();
        new AwsPublisherOptions { Topic = Topic }.Problems().ShouldBeEmpty();
        new AwsPublisherOptions { Queue = "receipts" }.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void Every_problem_of_a_source_is_told()
    {
        var options = new AwsSourceOptions
        {
            Access = new AwsAccess { Region = "us-east-1" },
            Queue = "arn:aws:sqs:eu-west-1:123456789012:q",
            Topic = Topic,
            Fleet = "",
            Host = "a b",
            FilterPolicy = "[",
            Loops = 0,
            Window = 9,
            Visibility = TimeSpan.FromSeconds(4),
            Wait = TimeSpan.FromSeconds(21),
            MostReceives = 0,
            Retention = TimeSpan.FromSeconds(59),
            Beat = TimeSpan.FromSeconds(59),
        };
        options.Problems().ShouldBe([
            "aws.queue is in eu-west-1, and aws.region is us-east-1; make them the same",
            "aws.topic is in eu-west-1, and aws.region is us-east-1; make them the same",
            "aws.fleet must have 1..40 letters, digits, - and _",
            "aws.filter_policy must be a JSON object, as SNS takes it",
            "aws.loops must be 1..16",
            "aws.window must be 10..100000",
            "aws.visibility must be 5s..12h, in whole seconds",
            "aws.wait must be 0s..20s, in whole seconds",
            "aws.most_receives must be 1..1000",
            "aws.retention must be 60s..14d",
            "aws.heartbeat must be 1m..1d",
        ]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(19_999)]
    public void Sqs_takes_whole_seconds(int milliseconds)
    {
        // It would be asked to wait for none, again and again.
        var time = TimeSpan.FromMilliseconds(milliseconds);
        new AwsSourceOptions { Queue = "q", Wait = time }.Problems().ShouldBe(["aws.wait must be 0s..20s, in whole seconds"]);
        new AwsSourceOptions { Queue = "q", Visibility = time }.Problems().ShouldBe(["aws.visibility must be 5s..12h, in whole seconds"]);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("cäche")]
    [InlineData("")]
    public void The_name_of_the_agent_matters_where_it_makes_a_queue(string host)
    {
        new AwsSourceOptions { Topic = Topic, Host = host }.Problems().ShouldBe(["name must have 1..253 letters, digits, -, _ and . where the agent makes its own queue"]);
        new AwsSourceOptions { Queue = "q", Host = host }.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void The_dead_letters_are_no_hosts()
    {
        new AwsSourceOptions { Topic = Topic, Fleet = "www", Host = "dead" }.Problems().ShouldBe(["name must not be dead: towncrier-www-dead is where the fleet's dead letters go"]);
        new AwsSourceOptions { Queue = "q", Host = "dead" }.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void A_source_needs_a_queue_or_a_topic() =>
        new AwsSourceOptions().Problems().ShouldBe(["aws needs a queue, or a topic for the agent to make its own queue behind"]);

    [Theory]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:q")]
    [InlineData("arn:aws:sqs:eu-west-1:q")]
    [InlineData("ftp://x/1/q")]
    [InlineData("https://sqs.eu-west-1.amazonaws.com")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData(".fifo")]
    public void What_is_no_queue_is_told(string queue)
    {
        new AwsSourceOptions { Queue = queue }.Problems().ShouldHaveSingleItem().ShouldStartWith("aws.queue ");
        new AwsPublisherOptions { Queue = queue }.Problems().ShouldHaveSingleItem().ShouldStartWith("aws.queue ");
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:t")]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:t:8d1f7b2e")]
    [InlineData("t")]
    public void What_is_no_topic_is_told(string topic)
    {
        new AwsSourceOptions { Topic = topic }.Problems().ShouldBe(["aws.topic is no ARN of a topic; they look like arn:aws:sns:REGION:ACCOUNT:NAME"]);
        new AwsPublisherOptions { Topic = topic }.Problems().ShouldBe(["aws.topic is no ARN of a topic; they look like arn:aws:sns:REGION:ACCOUNT:NAME"]);
    }

    [Theory]
    [InlineData("eu west 1")]
    [InlineData("EU-WEST-1")]
    [InlineData("")]
    public void What_is_no_region_is_told(string region)
    {
        string[] told = [$"aws.region '{region}' is no name of a region; one looks like eu-west-1"];
        new AwsSourceOptions { Queue = "q", Access = new AwsAccess { Region = region } }.Problems().ShouldBe(told);
        new AwsPublisherOptions { Queue = "q", Access = new AwsAccess { Region = region } }.Problems().ShouldBe(told);
    }

    [Fact]
    public void A_publisher_sends_to_one_place()
    {
        new AwsPublisherOptions().Problems().ShouldBe(["aws needs either a topic or a queue to publish to"]);
        new AwsPublisherOptions { Topic = Topic, Queue = "q" }.Problems().ShouldBe(["aws needs either a topic or a queue to publish to"]);
        new AwsPublisherOptions { Topic = Topic, Group = " " }.Problems().ShouldBe(["aws.group must have 1..128 printable ASCII characters, without spaces"]);
    }
}
