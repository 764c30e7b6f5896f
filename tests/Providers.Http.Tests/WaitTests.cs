using System.Net;

namespace Towncrier.Providers.Http.Tests;

public sealed class WaitTests
{
    private const string Message = """{"command":"purge","value":["/x"]}""";

    [Theory]
    [InlineData("?wait=true")]
    [InlineData("?wait=1&timeout=20000ms&other=7")]
    [InlineData("?wait=true&timeout=20s")]
    [InlineData("?wait=true&timeout=2147483647m")]
    public async Task The_report_is_the_answer(string query)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message, query);
        var delivery = await site.NextAsync();
        delivery.AnswersOnAccept.ShouldBeFalse();
        await delivery.AcceptAsync("id1", CancellationToken.None);
        answer.IsCompleted.ShouldBeFalse();
        await delivery.CompleteAsync(Play.Report("id1"), CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.OK)).ToString().ShouldBe(
            """{"id":"id1","state":"applied","matched":3,"purged":2,"bytes":200,"outcomes":{"purged":2,"already_gone":1},"values":[{"value":"/x","matched":3,"purged":2,"error":null}],"milliseconds":2.123}""");
    }

    [Theory]
    [InlineData(InvalidationState.Pending, "pending")]
    [InlineData(InvalidationState.Failed, "failed")]
    public async Task Its_state_and_errors_are_told(InvalidationState state, string name)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message, "?wait=true");
        var report = Play.Report("id1") with { State = state, DryRun = true, Values = [new ValueReport("/ü\n", 0, 0, "bad \"value\"")] };
        await (await site.NextAsync()).CompleteAsync(report, CancellationToken.None);
        var json = await answer.ShouldBeAsync(HttpStatusCode.OK);
        json.Text("state").ShouldBe(name);
        json.GetProperty("dry_run").GetBoolean().ShouldBeTrue();
        json.GetProperty("values")[0].Text("value").ShouldBe("/ü\n");
        json.GetProperty("values")[0].Text("error").ShouldBe("bad \"value\"");
    }

    [Theory]
    [InlineData("?wait=true", 30_000)]
    [InlineData("?wait=true&timeout=40ms", 40)]
    [InlineData("?wait=true&timeout=5s", 5_000)]
    [InlineData("?wait=true&timeout=1m", 60_000)]
    [InlineData("?wait=true&timeout=2m", 60_000)]
    public async Task What_is_accepted_but_not_done_in_time_is_pending_and_goes_on(string query, int milliseconds)
    {
        var clock = new ManualClock();
        await using var site = await Site.StartAsync(clock: clock);
        var answer = site.PostAsync(Message, query);
        var delivery = await site.NextAsync();
        await delivery.AcceptAsync("id1", CancellationToken.None);
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        answer.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"id1","state":"pending"}""");
        await delivery.CompleteAsync(Play.Report("id1"), CancellationToken.None);
    }

    [Fact]
    public async Task What_nobody_knows_at_the_end_of_the_time_shall_be_sent_again()
    {
        await using var site = await Site.StartAsync();
        (await site.PostAsync(Message, "?wait=true&timeout=1ms").ShouldBeAsync(HttpStatusCode.ServiceUnavailable))
            .Text("detail").ShouldNotBeNull().ShouldContain("in time");
        await (await site.NextAsync()).ApplyAsync("late");
    }

    [Theory]
    [InlineData("?wait=yes")]
    [InlineData("?wait=")]
    [InlineData("?wait=TRUE")]
    [InlineData("?wait=true&wait=false")]
    [InlineData("?wait=true&timeout=5")]
    [InlineData("?wait=true&timeout=")]
    [InlineData("?wait=true&timeout=s")]
    [InlineData("?wait=true&timeout=0s")]
    [InlineData("?wait=true&timeout=-5s")]
    [InlineData("?wait=true&timeout=1.5s")]
    [InlineData("?wait=true&timeout=5h")]
    [InlineData("?wait=true&timeout=5sm")]
    [InlineData("?wait=true&timeout=99999999999s")]
    [InlineData("?timeout=soon")]
    public async Task Nonsense_in_the_query_is_refused(string query)
    {
        await using var site = await Site.StartAsync();
        (await site.PostAsync(Message, query).ShouldBeAsync(HttpStatusCode.BadRequest)).Text("reason").ShouldBe("invalid_value");
    }

    [Theory]
    [InlineData("?wait=false")]
    [InlineData("?wait=0&timeout=5s")]
    public async Task Waiting_can_be_declined(string query)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message, query);
        await (await site.NextAsync()).AcceptAsync("id1", CancellationToken.None);
        await answer.ShouldBeAsync(HttpStatusCode.Accepted);
    }
}
