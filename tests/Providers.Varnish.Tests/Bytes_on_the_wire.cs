using System.Text;

namespace Towncrier.Providers.Varnish.Tests;

/// <summary>The requests as they arrive, and what never becomes one.</summary>
public sealed class Bytes_on_the_wire
{
    [Theory]
    [InlineData("/a%2Fb?x=%7e&y=ü", "PURGE /a%2Fb?x=%7e&y=ü HTTP/1.1")]
    [InlineData("/a/../b//c/%2e%2E?", "PURGE /a/../b//c/%2e%2E? HTTP/1.1")]
    [InlineData("https://b.org/x?y#z", "PURGE /x?y HTTP/1.1")]
    [InlineData("b.org/x", "PURGE /x HTTP/1.1")]
    [InlineData("http://b.org", "PURGE / HTTP/1.1")]
    [InlineData("http://b.org?x=1", "PURGE /?x=1 HTTP/1.1")]
    [InlineData("*", "PURGE * HTTP/1.1")]
    [InlineData("/\u2028|\\^`{}\"<>", "PURGE /\u2028|\\^`{}\"<> HTTP/1.1")]
    public async Task A_path_is_sent_as_it_is(string value, string line)
    {
        var (requests, report) = await SendAsync(new Invalidation { Command = InvalidationCommand.Purge, Host = "a.org", Values = [value] });
        report.Failures.ShouldBeEmpty();
        var request = requests.ShouldHaveSingleItem();
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(request.Line)).ShouldBe(line);
        request.Header("Host").ShouldBe(value.Contains("b.org", StringComparison.Ordinal) ? "b.org" : "a.org");
    }

    [Theory]
    [InlineData(InvalidationCommand.Purge, "/a b")]
    [InlineData(InvalidationCommand.Purge, "/a HTTP/1.1\r\nHost: b.org\r\n\r\nPURGE /b")]
    [InlineData(InvalidationCommand.Purge, "/a\nb")]
    [InlineData(InvalidationCommand.Purge, "/a\0b")]
    [InlineData(InvalidationCommand.Purge, "/a\tb")]
    [InlineData(InvalidationCommand.Purge, "/a\u007f")]
    [InlineData(InvalidationCommand.Purge, "http://a.org b.org/x")]
    [InlineData(InvalidationCommand.Purge, "")]
    [InlineData(InvalidationCommand.Ban, "req.url == /\r\nx-xkey: all")]
    [InlineData(InvalidationCommand.Ban, "   ")]
    [InlineData(InvalidationCommand.Ban, "req.url == / && req.http. != x")]
    [InlineData(InvalidationCommand.BanUrl, "\n")]
    [InlineData(InvalidationCommand.BanUrl, @"\Qa b\E")]
    [InlineData(InvalidationCommand.Xkey, "a\rb")]
    [InlineData(InvalidationCommand.Xkey, " ")]
    [InlineData(InvalidationCommand.Prefix, "/a\nb")]
    [InlineData(InvalidationCommand.Host, "a.org\r\nx: y")]
    [InlineData(InvalidationCommand.Host, "a.org/x")]
    [InlineData(InvalidationCommand.Key, "httpa.org/x")]
    public async Task What_would_forge_a_request_fails_alone_and_for_good(InvalidationCommand command, string bad)
    {
        var good = command == InvalidationCommand.Key ? bad : command == InvalidationCommand.Host ? "b.org" : command is InvalidationCommand.Ban ? "req.url == /" : "/good";
        var (requests, report) = await SendAsync(new Invalidation { Command = command, Host = "a.org", Values = [bad, good] });
        var failure = report.Failures[0];
        (failure.Value, failure.Retry).ShouldBe((bad, false));
        failure.Error.ShouldNotBeNullOrWhiteSpace();
        report.Applied.ShouldBe(command == InvalidationCommand.Key ? 0 : 1);
        requests.Count.ShouldBe(report.Applied);
    }

    [Fact]
    public async Task A_host_that_would_forge_a_header_is_refused()
    {
        foreach (var command in Enum.GetValues<InvalidationCommand>().Where(c => c is not InvalidationCommand.Host))
        {
            var (requests, report) = await SendAsync(new Invalidation { Command = command, Host = "a.org\r\nx: y", Values = ["/x"] });
            requests.ShouldBeEmpty();
            report.Failures.ShouldHaveSingleItem().Retry.ShouldBeFalse(command.ToString());
        }
    }

    [Fact]
    public async Task Each_command_has_its_method_and_header_and_each_tag_a_request()
    {
        var options = new VarnishOptions { XkeyHeader = "k", SoftXkeyHeader = "s", BanHeader = "b", BanUrlHeader = "u", MaxConnections = 1, Host = "own.org" };
        async Task<string[]> Told(InvalidationCommand command, string value)
        {
            var (requests, _) = await SendAsync(new Invalidation { Command = command, Values = [value] }, options);
            requests.ShouldAllBe(r => r.Header("Host") == (value.StartsWith("a.org", StringComparison.Ordinal) ? value.Split('/', 2)[0] : "own.org"));
            return [.. requests.Select(r => $"{r.Method} {r.Target} {string.Join(',', ((string[])["k", "s", "b", "u"]).Where(h => r.Header(h) is not null).Select(h => $"{h}={r.Header(h)}"))}")];
        }

        (await Told(InvalidationCommand.Purge, "/x?y")).ShouldBe(["PURGE /x?y "]);
        (await Told(InvalidationCommand.Xkey, "a  b")).ShouldBe(["PURGE / k=a", "PURGE / k=b"]);
        (await Told(InvalidationCommand.XkeySoft, "a b")).ShouldBe(["PURGE / s=a", "PURGE / s=b"]);
        (await Told(InvalidationCommand.Ban, "req.url ~ \"a b\"")).ShouldBe(["BAN / b=req.url ~ \"a b\""]);
        (await Told(InvalidationCommand.BanUrl, @"^/a\.b( |\ |\\ )")).ShouldBe([@"BAN / u=^/a\.b(\x20|\x20|\\\x20)"]);
        (await Told(InvalidationCommand.Prefix, "a.org/x y")).ShouldBe([@"BAN / b=req.http.host ~ (?i)^a\.org(?::[0-9]+)?$ && req.url ~ ^/x\x20y"]);
        (await Told(InvalidationCommand.Host, "a.org:81")).ShouldBe([@"BAN / b=req.http.host ~ (?i)^a\.org(?::81)?$"]);
        (await Told(InvalidationCommand.All, "")).ShouldBe(["BAN / b=obj.status != 0"]);
    }

    [Theory]
    [InlineData(InvalidationCommand.Purge, "a.org", "/x", true)]
    [InlineData(InvalidationCommand.Purge, "a.org", "https://www.b.org/x", true)]
    [InlineData(InvalidationCommand.Purge, "a.org", "https://b.org/x", false)]
    [InlineData(InvalidationCommand.Purge, "b.org", "/x", false)]
    [InlineData(InvalidationCommand.Purge, null, "/x", false)]
    [InlineData(InvalidationCommand.Xkey, "a.org", "t", false)]
    [InlineData(InvalidationCommand.XkeySoft, null, "t", false)]
    [InlineData(InvalidationCommand.Prefix, "b.org", "/x", false)]
    [InlineData(InvalidationCommand.Host, null, "b.org", false)]
    [InlineData(InvalidationCommand.Host, null, "A.ORG:8080", true)]
    [InlineData(InvalidationCommand.Key, null, "httpa.org/", false)]
    public async Task A_sender_that_is_held_to_hosts_is_refused_what_varnish_cannot_hold(InvalidationCommand command, string? host, string value, bool applied)
    {
        var (requests, report) = await SendAsync(new Invalidation { Command = command, Host = host, Values = [value], HeldTo = ["a.org", "*.b.org"] });
        report.Applied.ShouldBe(applied ? 1 : 0);
        requests.Count.ShouldBe(report.Applied);
        report.Failures.ShouldAllBe(f => !f.Retry);
    }

    [Fact]
    public async Task A_tag_for_one_host_only_is_more_than_varnish_can_do()
    {
        var (requests, report) = await SendAsync(new Invalidation { Command = InvalidationCommand.Xkey, Host = "a.org", ScopedToHost = true, Values = ["t"] });
        requests.ShouldBeEmpty();
        report.Failures.ShouldHaveSingleItem().Error.ShouldContain("a.org only");
    }

    private static async Task<(IReadOnlyList<RawRequest> Requests, TargetReport Report)> SendAsync(Invalidation message, VarnishOptions? options = null)
    {
        await using var peer = RawHttpPeer.Start(_ => RawReply.Ok);
        using var target = Site.New((options ?? new VarnishOptions()) with { Url = peer.Url });
        var report = await Eventually.DoneAsync(target.ApplyAsync(message, TestContext.Current.CancellationToken), "the report");
        return (peer.Requests, report);
    }
}
