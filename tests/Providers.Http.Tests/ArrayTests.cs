using System.Net;

namespace Towncrier.Providers.Http.Tests;

public sealed class ArrayTests
{
    private const string Two = """[ {"command":"all"}, {"command":"purge","value":["/x"]} ]""";

    [Fact]
    public async Task It_is_accepted_once_every_message_is()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Two);
        var first = await site.NextAsync();
        var second = await site.NextAsync();
        first.Text().ShouldBe("""{"command":"all"}""");
        second.Text().ShouldBe("""{"command":"purge","value":["/x"]}""");
        await second.AcceptAsync("b", CancellationToken.None);
        answer.IsCompleted.ShouldBeFalse();
        await first.AcceptAsync("a", CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"a","ids":["a","b"]}""");
    }

    [Fact]
    public async Task Its_reports_are_summed_and_each_is_told()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Two, "?wait=true");
        await (await site.NextAsync()).ApplyAsync("a", 2);
        await (await site.NextAsync()).ApplyAsync("b", 5);
        var json = await answer.ShouldBeAsync(HttpStatusCode.OK);
        json.Text("id").ShouldBe("a");
        json.GetProperty("ids").ToString().ShouldBe("""["a","b"]""");
        json.Text("state").ShouldBe("applied");
        json.GetProperty("matched").GetInt64().ShouldBe(9);
        json.GetProperty("purged").GetInt64().ShouldBe(7);
        json.GetProperty("bytes").GetInt64().ShouldBe(700);
        json.GetProperty("outcomes").ToString().ShouldBe("""{"purged":7,"already_gone":2}""");
        json.GetProperty("values").GetArrayLength().ShouldBe(2);
        json.GetProperty("milliseconds").GetDouble().ShouldBe(5.123);
        json.TryGetProperty("dry_run", out _).ShouldBeFalse();
        json.GetProperty("messages")[1].Text("id").ShouldBe("b");
        json.GetProperty("messages")[1].GetProperty("purged").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task One_failure_makes_the_whole_failed()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Two, "?wait=true");
        await (await site.NextAsync()).CompleteAsync(Play.Report("a") with { State = InvalidationState.Failed }, CancellationToken.None);
        await (await site.NextAsync()).CompleteAsync(Play.Report("b") with { State = InvalidationState.Pending }, CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.OK)).Text("state").ShouldBe("failed");
    }

    [Theory]
    [InlineData("", "accepted")]
    [InlineData("?wait=true", "applied")]
    public async Task A_bad_neighbour_loses_no_good_message(string query, string good)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync("""[7,{"command":"all"},{"command":"prge"}]""", query);
        var first = await site.NextAsync();
        first.Text().ShouldBe("7");
        await first.RejectAsync("not an object", RefusalReason.Malformed);
        await (await site.NextAsync()).ApplyAsync("b");
        var third = await site.NextAsync();
        await third.AcceptAsync("c", CancellationToken.None);
        await third.RejectAsync("unknown command", RefusalReason.UnknownCommand);
        var problem = await answer.ShouldBeAsync(HttpStatusCode.BadRequest);
        problem.Text("reason").ShouldBe("malformed");
        problem.Text("detail").ShouldBe("not an object");
        var messages = problem.GetProperty("messages");
        messages[0].ToString().ShouldBe("""{"state":"rejected","reason":"malformed","error":"not an object"}""");
        messages[1].Text("state").ShouldBe(good);
        messages[1].Text("id").ShouldBe("b");
        messages[2].Text("state").ShouldBe(query.Length == 0 ? "accepted" : "rejected");
        messages[2].Text("id").ShouldBe("c");
    }

    [Fact]
    public async Task One_abandoned_message_shall_be_sent_again_with_the_rest()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Two, "?wait=true");
        await (await site.NextAsync()).ApplyAsync("a");
        await (await site.NextAsync()).AbandonAsync("disk full", CancellationToken.None);
        var problem = await answer.ShouldBeAsync(HttpStatusCode.ServiceUnavailable);
        problem.Text("detail").ShouldBe("disk full");
        problem.GetProperty("messages")[0].Text("state").ShouldBe("applied");
        problem.GetProperty("messages")[1].ToString().ShouldBe("""{"state":"abandoned","error":"disk full"}""");
    }

    [Fact]
    public async Task What_is_not_done_in_time_leaves_the_whole_pending()
    {
        var clock = new ManualClock();
        await using var site = await Site.StartAsync(clock: clock);
        var answer = site.PostAsync(Two, "?wait=true");
        await (await site.NextAsync()).ApplyAsync("a");
        await (await site.NextAsync()).AcceptAsync("b", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(30));
        var json = await answer.ShouldBeAsync(HttpStatusCode.Accepted);
        json.Text("state").ShouldBe("pending");
        json.GetProperty("ids").ToString().ShouldBe("""["a","b"]""");
        json.GetProperty("messages")[0].Text("state").ShouldBe("applied");
        json.GetProperty("messages")[1].ToString().ShouldBe("""{"id":"b","state":"pending"}""");
    }

    [Fact]
    public async Task An_array_of_one_is_answered_as_an_array()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync("""[{"command":"all"}]""");
        await (await site.NextAsync()).AcceptAsync("a", CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"a","ids":["a"]}""");
    }
}
