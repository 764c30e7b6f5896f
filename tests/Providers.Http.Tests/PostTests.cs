using System.Net;

namespace Towncrier.Providers.Http.Tests;

public sealed class PostTests
{
    private const string Message = """{"command":"purge","value":["/x"]}""";

    [Fact]
    public async Task A_message_is_handed_on_byte_for_byte_and_answered_once_it_is_accepted()
    {
        await using var site = await Site.StartAsync();
        var body = """ { "command" : "purge", "value": ["/a%2fb"] }  """;
        var answer = site.PostAsync(body);
        var delivery = await site.NextAsync();
        delivery.Text().ShouldBe(body);
        delivery.Source.ShouldBe("http");
        delivery.AnswersOnAccept.ShouldBeTrue();
        answer.IsCompleted.ShouldBeFalse();
        await delivery.AcceptAsync("id1", CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"id1"}""");
        await delivery.CompleteAsync(Play.Report("id1"), CancellationToken.None);
    }

    [Fact]
    public async Task A_message_completed_without_being_accepted_first_is_answered_the_same()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message);
        await (await site.NextAsync()).CompleteAsync(Play.Report("id1"), CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"id1"}""");
    }

    [Theory]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json;charset=\"utf-8\"")]
    [InlineData("Application/JSON")]
    [InlineData("application/vnd.cms+json")]
    public async Task Json_by_any_name_is_taken(string type)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message, type: type);
        await (await site.NextAsync()).ApplyAsync("id1");
        await answer.ShouldBeAsync(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    public async Task Another_type_is_not(string type)
    {
        await using var site = await Site.StartAsync();
        (await site.PostAsync(Message, type: type).ShouldBeAsync(HttpStatusCode.UnsupportedMediaType))
            .Text("detail").ShouldNotBeNull().ShouldContain("application/json");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("[{},")]
    public async Task A_body_that_holds_no_message_is_malformed(string body)
    {
        await using var site = await Site.StartAsync();
        (await site.PostAsync(body).ShouldBeAsync(HttpStatusCode.BadRequest)).Text("reason").ShouldBe("malformed");
    }

    [Fact]
    public async Task A_rejected_message_says_why()
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync("""{"command":"prge"}""");
        await (await site.NextAsync()).RejectAsync("unknown command \"prge\"");
        var problem = await answer.ShouldBeAsync(HttpStatusCode.BadRequest);
        problem.Text("reason").ShouldBe("unknown_command");
        problem.Text("detail").ShouldBe("unknown command \"prge\"");
        problem.Text("title").ShouldBe("Bad Request");
        problem.TryGetProperty("messages", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?wait=true")]
    public async Task An_abandoned_message_shall_be_sent_again(string query)
    {
        await using var site = await Site.StartAsync();
        var answer = site.PostAsync(Message, query);
        await (await site.NextAsync()).AbandonAsync("the cache disk is full", CancellationToken.None);
        (await answer.ShouldBeAsync(HttpStatusCode.ServiceUnavailable)).Text("detail").ShouldBe("the cache disk is full");
    }

    [Fact]
    public async Task A_message_nobody_accepts_in_time_shall_be_sent_again()
    {
        var clock = new ManualClock();
        await using var site = await Site.StartAsync(clock: clock);
        var answer = site.PostAsync(Message);
        (await site.NextAsync()).Text().ShouldBe(Message);
        clock.Advance(TimeSpan.FromSeconds(59));
        answer.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await answer.ShouldBeAsync(HttpStatusCode.ServiceUnavailable)).Text("detail").ShouldBe("the agent did not get to it in time");
    }

    [Fact]
    public async Task A_full_queue_answers_at_once_and_takes_messages_again_when_there_is_room()
    {
        await using var site = await Site.StartAsync(new HttpSourceOptions { Capacity = 1 });
        var tooMany = await site.PostAsync($"[{Message},{Message}]", "?wait=1&timeout=1ms").ShouldBeAsync(HttpStatusCode.ServiceUnavailable);
        tooMany.GetProperty("messages")[0].Text("error").ShouldNotBeNull().ShouldContain("in time");
        tooMany.GetProperty("messages")[1].Text("error").ShouldNotBeNull().ShouldContain("too many");

        // The first of them is in the queue, which is full now.
        var refused = await site.PostAsync(Message).ShouldBeAsync(HttpStatusCode.ServiceUnavailable);
        refused.Text("detail").ShouldNotBeNull().ShouldContain("too many");
        await (await site.NextAsync()).ApplyAsync("id1");
        var answer = site.PostAsync(Message);
        await (await site.NextAsync()).ApplyAsync("id2");
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).Text("id").ShouldBe("id2");
    }

    [Fact]
    public async Task Only_post_is_answered_here()
    {
        await using var site = await Site.StartAsync();
        using var response = await site.SendAsync("GET", HttpSource.Path);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
        using var elsewhere = await site.SendAsync("GET", "/");
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_closed_source_takes_nothing_more_and_ends()
    {
        await using var site = await Site.StartAsync(new HttpSourceOptions { Capacity = 1 });
        var read = site.PostAsync(Message);
        var delivery = await site.NextAsync();
        await site.Source.CloseAsync(CancellationToken.None);
        (await site.PostAsync(Message).ShouldBeAsync(HttpStatusCode.ServiceUnavailable))
            .Text("detail").ShouldNotBeNull().ShouldContain("stopping");
        await delivery.ApplyAsync("id1");
        await read.ShouldBeAsync(HttpStatusCode.Accepted);
        (await site.HasNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_closed_source_answers_those_nobody_read()
    {
        await using var site = await Site.StartAsync(new HttpSourceOptions { Capacity = 1 });
        var one = site.PostAsync(Message, "?wait=true");
        var other = site.PostAsync(Message, "?wait=true");

        // One of them finds the queue full; so the other is in it, and nobody has read it.
        var refused = await Play.FirstOfAsync(one, other);
        (await refused.ShouldBeAsync(HttpStatusCode.ServiceUnavailable)).Text("detail").ShouldNotBeNull().ShouldContain("too many");
        await site.Source.CloseAsync(CancellationToken.None);
        (await (refused == one ? other : one).ShouldBeAsync(HttpStatusCode.ServiceUnavailable))
            .Text("detail").ShouldBe("the agent is stopping");
        (await site.HasNextAsync()).ShouldBeFalse();
    }
}
