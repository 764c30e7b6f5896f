namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>The test server fails when and as it is told, and comes back with what it had.</summary>
public class FaultTests
{
    [Fact]
    public async Task The_next_calls_fail_as_told_and_no_others()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        server.Faults.Fail(ServiceBusOperation.Send, 503, count: 2);
        server.Faults.Fail(ServiceBusOperation.Receive, 500);
        var busy = await caller.SendAsync("q", "a");
        busy.Code.ShouldBe(503);
        busy.Body.ShouldContain("throttled");
        (await caller.ReceiveAsync("q")).Code.ShouldBe(500);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(204);
        (await caller.SendAsync("q", "a")).Code.ShouldBe(503);
        (await caller.SendAsync("q", "a")).Code.ShouldBe(201);
        server.Count("q").Active.ShouldBe(1);

        server.Faults.Fail(ServiceBusOperation.Any, 401, count: 5);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(401);
        server.Faults.Clear();
        (await caller.ReceiveAsync("q")).Code.ShouldBe(201);
    }

    [Fact]
    public async Task A_connection_is_cut_before_or_after_the_work_is_done()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        server.Faults.Cut(ServiceBusOperation.Send, afterWork: false);
        await Should.ThrowAsync<HttpRequestException>(() => caller.SendAsync("q", "before"));
        server.Faults.Cut(ServiceBusOperation.Send, afterWork: true);
        await Should.ThrowAsync<HttpRequestException>(() => caller.SendAsync("q", "after"));
        server.Peek("q").ShouldBe(["after"]);
        server.Requests.Select(one => one.Status).ShouldBe([0, 0]);
    }

    [Fact]
    public async Task An_answer_is_held_back_after_its_work()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        server.Faults.Delay(ServiceBusOperation.Send, TimeSpan.FromMinutes(1));
        using var sending = new Caller(server);
        var held = sending.SendAsync("q", "a");
        await Eventually.TrueAsync(() => server.Count("q").Active == 1, "it is there");
        held.IsCompleted.ShouldBeFalse();
        (await caller.ReceiveAsync("q")).Body.ShouldBe("a");
        sending.Dispose();
        await Should.ThrowAsync<Exception>(held);
    }

    [Fact]
    public async Task A_server_that_was_away_has_its_messages_and_locks_and_time_went_on()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        foreach (var body in new[] { "a", "b", "c" }) await caller.SendAsync("q", body);
        var a = await caller.ReceiveAsync("q");
        var b = await caller.ReceiveAsync("q");
        await server.StopAsync();
        await Should.ThrowAsync<HttpRequestException>(() => caller.ReceiveAsync("q"));
        await server.StartAgainAsync();
        (await caller.CompleteAsync(a)).Code.ShouldBe(200);
        await server.StopAsync();
        server.Advance(TimeSpan.FromMinutes(2));
        await server.StartAgainAsync();
        (await caller.CompleteAsync(b)).Code.ShouldBe(404);
        server.Peek("q").ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task A_stop_cuts_who_waits_and_his_message_is_not_taken()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        var waiting = caller.ReceiveAsync("q", 60);
        await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
        await server.CutConnectionsAsync();
        await Should.ThrowAsync<HttpRequestException>(waiting);
        await Eventually.TrueAsync(() => server.Waiting == 0, "nobody waits");
        server.Send("q", "a");
        server.Count("q").ShouldBe(new MessageCounts(1, 0, 0, 0));
    }

    private static async Task<ServiceBusServer> StartAsync()
    {
        var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        return server;
    }
}
