using System.Net;

namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Who may do what on the test server.</summary>
public class AccessTests
{
    [Fact]
    public async Task Only_a_right_token_gets_in()
    {
        await using var server = await ServiceBusServer.StartAsync(new ServiceBusSettings { BearerTokens = ["eyJ"] });
        server.CreateQueue("q");
        using var caller = new Caller(server);
        using var stranger = new Caller(server) { Key = "d3Jvbmc=" };
        using var unknown = new Caller(server) { KeyName = "Nobody" };
        (await RefusalAsync(caller, "")).ShouldContain("MissingToken");
        (await RefusalAsync(caller, "Basic eDp5")).ShouldContain("MalformedToken");
        (await RefusalAsync(caller, "SharedAccessSignature sr=x&skn=y")).ShouldContain("MalformedToken");
        (await RefusalAsync(caller, stranger.Token())).ShouldContain("InvalidSignature: The token has an invalid signature.");
        (await RefusalAsync(caller, unknown.Token())).ShouldContain("InvalidSignature");
        (await RefusalAsync(caller, caller.Token(end: DateTimeOffset.UtcNow.AddSeconds(-5)))).ShouldContain("ExpiredToken");
        (await RefusalAsync(caller, caller.Token("http://127.0.0.1/other"))).ShouldContain("InvalidAudience: The authorization header contains a token with a wrong audience.");
        (await RefusalAsync(caller, caller.Token("http://127.0.0.1/q/mess"))).ShouldContain("InvalidAudience");
        (await RefusalAsync(caller, caller.Token("http://elsewhere.net/"))).ShouldContain("InvalidAudience");
        (await RefusalAsync(caller, "Bearer other")).ShouldContain("InvalidToken");

        foreach (var good in new[] { caller.Token(), caller.Token("sb://127.0.0.1/Q"), caller.Token("http://127.0.0.1:1/q/messages/"), "Bearer eyJ" })
            (await SendAsync(caller, good)).Code.ShouldBe(201);
        server.Count("q").Active.ShouldBe(4);
    }

    [Fact]
    public async Task A_token_ends_by_the_clock_and_with_its_key()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        var token = caller.Token();
        (await SendAsync(caller, token)).Code.ShouldBe(201);
        server.RotateKey();
        (await RefusalAsync(caller, token)).ShouldContain("InvalidSignature");
        caller.Key = server.Key;
        token = caller.Token();
        (await SendAsync(caller, token)).Code.ShouldBe(201);
        server.Advance(TimeSpan.FromHours(2));
        (await RefusalAsync(caller, token)).ShouldContain("ExpiredToken");
    }

    [Theory]
    [InlineData(ServiceBusRights.Send, 201, 401, 401)]
    [InlineData(ServiceBusRights.Listen, 401, 204, 401)]
    [InlineData(ServiceBusRights.Manage, 401, 401, 200)]
    public async Task A_key_does_no_more_than_it_may(ServiceBusRights rights, int send, int receive, int manage)
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        server.CreateTopic("t");
        using var caller = new Caller(server) { KeyName = "Some", Key = server.AddKey("Some", rights) };
        (await caller.SendAsync("t", "a")).Code.ShouldBe(send);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(receive);
        (await caller.CallAsync(HttpMethod.Get, "/t?api-version=2021-05")).Code.ShouldBe(manage);
        if (rights == ServiceBusRights.Listen) (await caller.CallAsync(HttpMethod.Delete, "/t")).Body.ShouldContain("Manage,EntityWrite claims required");
        if (rights == ServiceBusRights.Listen) (await caller.SendAsync("t", "a")).Body.ShouldContain("'Send' claim(s) are required");
    }

    [Fact]
    public async Task The_log_tells_everything_but_the_signature()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a", ("tc-n", "7"));
        var seen = server.Requests.Single();
        (seen.Operation, seen.Method, seen.Path, seen.Status).ShouldBe((ServiceBusOperation.Send, "POST", "/q/messages", 201));
        seen.Header("tc-n").ShouldBe("7");
        seen.Header("Authorization")!.ShouldContain("skn=");
        seen.Header("Authorization")!.ShouldNotContain("sig=");
    }

    private static Task<Caller.Reply> SendAsync(Caller caller, string authorization) =>
        caller.CallAsync(HttpMethod.Post, "/q/messages", "a", authorization: authorization);

    private static async Task<string> RefusalAsync(Caller caller, string authorization)
    {
        var reply = await SendAsync(caller, authorization);
        reply.Status.ShouldBe(HttpStatusCode.Unauthorized);
        reply.Body.ShouldStartWith("<Error><Code>401</Code><Detail>");
        reply.Body.ShouldContain("TrackingId:");
        return reply.Body;
    }
}
