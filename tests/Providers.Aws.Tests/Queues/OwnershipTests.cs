namespace Towncrier.Providers.Aws.Tests.Queues;

public class OwnershipTests
{
    private const string Name = "towncrier-www-cache-1";

    [Theory]
    [InlineData(null)]
    [InlineData("terraform")]
    public async Task A_queue_of_that_name_that_no_agent_made_is_left_alone(string? madeBy)
    {
        await using var stage = await Stage.StartAsync();
        await stage.Talk.CreateQueueAsync(Name);
        if (madeBy is not null) await stage.TagAsync(Name, "towncrier:made-by", madeBy);
        var refused = await Should.ThrowAsync<IOException>(() => stage.OpenAsync());
        refused.Message.ShouldContain($"the queue {Name} is there and was not made by an agent");
        refused.Message.ShouldContain("name it by aws.queue to read it");
        stage.Changes().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("www", "cache.1", "www", "cache-1")]
    [InlineData("www", "eu-1", "www-eu", "1")]
    public async Task Two_hosts_whose_names_come_to_the_same_are_told_apart(string fleet, string host, string otherFleet, string otherHost)
    {
        await using var stage = await Stage.StartAsync();
        await stage.OpenAsync(stage.Options with { Fleet = fleet, Host = host });
        stage.Changes();
        var refused = await Should.ThrowAsync<IOException>(() => stage.OpenAsync(stage.Options with { Fleet = otherFleet, Host = otherHost }));
        refused.Message.ShouldContain($"belongs to the host {host} of the fleet {fleet}");
        stage.Changes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_called_dead_does_not_get_the_dead_letters()
    {
        await using var stage = await Stage.StartAsync();
        await stage.OpenAsync();
        (await Should.ThrowAsync<IOException>(() => stage.OpenAsync("dead"))).Message.ShouldContain("was not made by an agent");
    }

    [Fact]
    public async Task The_heartbeat_is_written_when_it_is_due_and_not_before()
    {
        await using var stage = await Stage.StartAsync();
        var first = await BeatAsync();
        using var stop = new CancellationTokenSource();
        stage.Clock.Ahead = TimeSpan.FromMinutes(9);
        var own = stage.Own();
        var opened = await own.OpenAsync(TestContext.Current.CancellationToken);
        stage.Changes();
        var early = own.BeatAsync(opened, stop.Token);
        stage.Changes().ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(early);

        stage.Clock.Ahead = TimeSpan.FromMinutes(11);
        using var end = new CancellationTokenSource();
        var beating = own.BeatAsync(opened, end.Token);
        await Eventually.TrueAsync(async () => await TagAsync() != first, "the heart beats");
        stage.Changes().ShouldBe(["TagQueue"]);
        DateTimeOffset.Parse(await TagAsync(), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(stage.Clock.GetUtcNow(), TimeSpan.FromSeconds(30));
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(beating);

        async Task<string> BeatAsync()
        {
            await stage.OpenAsync();
            return await TagAsync();
        }

        async Task<string> TagAsync() => (await stage.Talk.QueueTagsAsync(Name))["towncrier:beat"];
    }

    [Fact]
    public async Task A_beat_that_fails_is_tried_again()
    {
        await using var stage = await Stage.StartAsync();
        var opened = await stage.OpenAsync();
        var own = stage.Own(clock: new ImpatientClock());
        await own.OpenAsync(TestContext.Current.CancellationToken);
        await stage.Talk.DeleteQueueAsync(Name);
        var before = stage.Proxy.CallsOf("TagQueue");
        using var stop = new CancellationTokenSource();
        var beating = own.BeatAsync(opened, stop.Token);
        await Eventually.TrueAsync(() => beating.IsCompleted || stage.Proxy.CallsOf("TagQueue") >= before + 3, "it is tried again");
        beating.IsCompleted.ShouldBeFalse("the reading goes on");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(beating);
    }
}
