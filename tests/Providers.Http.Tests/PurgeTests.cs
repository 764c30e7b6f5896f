using System.Net;

namespace Towncrier.Providers.Http.Tests;

public sealed class PurgeTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a%2fb/%C3%BC?x=%20&&y", "/a%2fb/%C3%BC?x=%20&&y")]
    [InlineData("/a/../b//c/./d?", "/a/../b//c/./d?")]
    [InlineData("/v1/invalidations?wait=nonsense", "/v1/invalidations?wait=nonsense")]
    [InlineData("http://other.example.org/x%2Fy?z", "/x%2Fy?z", "other.example.org")]
    [InlineData("https://other.example.org/y", "/y", "other.example.org")]
    [InlineData("http://other.example.org:8443/y", "/y", "other.example.org:8443")]
    [InlineData("http://other.example.org:80/y", "/y", "other.example.org:80")]
    [InlineData("http://other.example.org?z", "/?z", "other.example.org")]
    [InlineData("http://other.example.org", "/", "other.example.org")]
    public async Task The_url_is_taken_byte_for_byte(string target, string value, string host = "www.example.org")
    {
        await using var site = await Site.StartAsync();
        var answer = site.RawAsync($"PURGE {target} HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n");
        var delivery = await site.NextAsync();
        var message = delivery.Message();
        message.Command.ShouldBe(InvalidationCommand.Purge);
        message.Values.ShouldBe([value]);
        message.Host.ShouldBe(host);
        message.Mode.ShouldBe(PurgeMode.Hard);
        message.Id.ShouldBeNull();
        delivery.AnswersOnAccept.ShouldBeFalse();
        await delivery.ApplyAsync("id1");
        var response = await answer;
        response.ShouldStartWith("HTTP/1.1 200 ");
        response.ShouldContain("\"id\":\"id1\",\"state\":\"applied\",\"matched\":3,\"purged\":2");
    }

    [Theory]
    [InlineData("127.0.0.1:8471", true)]
    [InlineData("localhost:8471", true)]
    [InlineData("LOCALHOST:8471", true)]
    [InlineData("towncrier.internal", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("[::1]", true)]
    [InlineData("localhost", true)]
    [InlineData("", true)]
    [InlineData("localhost:8472", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("www.example.org:8471", false)]
    public async Task The_agents_own_name_means_any_host(string host, bool own)
    {
        await using var site = await Site.StartAsync(
            new HttpSourceOptions { OwnAuthorities = ["127.0.0.1:8471", "towncrier.internal", "[::1]:80"] });
        var answer = site.RawAsync($"PURGE /x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        var delivery = await site.NextAsync();
        delivery.Message().Host.ShouldBe(own ? null : host);
        await delivery.ApplyAsync("a");
        (await answer).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task No_host_is_any_host()
    {
        await using var site = await Site.StartAsync(new HttpSourceOptions { OwnAuthorities = ["127.0.0.1:8471"] });
        foreach (var request in (string[])["PURGE /x HTTP/1.0\r\n\r\n", "PURGE http://localhost:8471/x HTTP/1.0\r\nHost: www.example.org\r\n\r\n"])
        {
            var answer = site.RawAsync(request);
            var delivery = await site.NextAsync();
            delivery.Message().Host.ShouldBeNull();
            await delivery.ApplyAsync("a", 0);
            (await answer).ShouldContain("\"purged\":0");
        }
    }

    [Theory]
    [InlineData("ftp://www.example.org/x")]
    [InlineData("http:///x")]
    [InlineData("http://user@www.example.org/x")]
    [InlineData("HTTP://www.example.org/x")] // Kestrel knows schemes in lower case only.
    [InlineData("*")]
    [InlineData("x")]
    public async Task What_is_no_url_is_malformed(string target)
    {
        await using var site = await Site.StartAsync();
        (await site.RawAsync($"PURGE {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")).ShouldMatch("^HTTP/1.1 40[05] ");
    }

    [Theory]
    [InlineData("Fastly-Soft-Purge: 1", PurgeMode.Soft)]
    [InlineData("Fastly-Soft-Purge: 0", PurgeMode.Hard)]
    [InlineData("X-Purge-Mode: soft", PurgeMode.Soft)]
    [InlineData("x-purge-mode: hard", PurgeMode.Hard)]
    public async Task It_can_be_soft(string header, PurgeMode mode)
    {
        await using var site = await Site.StartAsync();
        var answer = site.RawAsync($"PURGE /x HTTP/1.1\r\nHost: h\r\n{header}\r\nConnection: close\r\n\r\n");
        var delivery = await site.NextAsync();
        delivery.Message().Mode.ShouldBe(mode);
        await delivery.ApplyAsync("a");
        (await answer).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task A_mode_we_do_not_know_is_refused()
    {
        await using var site = await Site.StartAsync();
        var problem = await site.SendAsync("PURGE", "/x", ("X-Purge-Mode", "regex"), ("Fastly-Soft-Purge", "1")).ShouldBeAsync(HttpStatusCode.BadRequest);
        problem.Text("reason").ShouldBe("invalid_value");
    }

    [Theory]
    [InlineData(RefusalReason.InvalidValue, HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData(RefusalReason.NotAllowed, HttpStatusCode.MethodNotAllowed, "not_allowed")]
    public async Task A_refusal_is_told(RefusalReason reason, HttpStatusCode status, string name)
    {
        await using var site = await Site.StartAsync();
        var answer = site.SendAsync("PURGE", "/x");
        await (await site.NextAsync()).RejectAsync("no", reason);
        (await answer.ShouldBeAsync(status)).Text("reason").ShouldBe(name);
    }

    [Fact]
    public async Task It_waits_no_longer_than_it_may()
    {
        var clock = new ManualClock();
        await using var site = await Site.StartAsync(new HttpSourceOptions { MaxWait = TimeSpan.FromSeconds(7) }, clock);
        var answer = site.SendAsync("PURGE", "/x");
        await (await site.NextAsync()).AcceptAsync("id1", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(7));
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).ToString().ShouldBe("""{"id":"id1","state":"pending"}""");
    }
}
