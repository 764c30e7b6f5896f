using System.Collections.Concurrent;

namespace Towncrier.Providers.Varnish.Tests;

/// <summary>Servers that fail, stand still, hang up or talk nonsense; and connections that are kept.</summary>
public sealed class When_it_fails
{
    [Theory]
    [InlineData(503, 3, true)]
    [InlineData(500, 3, true)]
    [InlineData(405, 1, false)]
    [InlineData(404, 1, false)]
    [InlineData(501, 1, false)]
    [InlineData(301, 1, false)]
    [InlineData(400, 1, false)]
    public async Task A_status_is_looked_at_and_only_a_servers_own_trouble_is_tried_again(int status, int tries, bool retry)
    {
        await using var peer = RawHttpPeer.Start(_ => RawReply.Status(status, "So it is"));
        var failure = (await PurgeAsync(peer.Url, "/x")).Failures.ShouldHaveSingleItem();
        failure.Error.ShouldContain($"{status} So it is");
        failure.Retry.ShouldBe(retry);
        peer.Requests.Count.ShouldBe(tries);
    }

    [Fact]
    public async Task It_is_tried_again_until_it_works_and_one_value_does_not_stop_the_others()
    {
        var seen = new ConcurrentDictionary<string, int>();
        await using var peer = RawHttpPeer.Start(request =>
        {
            var times = seen.AddOrUpdate(request.Target, 1, (_, n) => n + 1);
            return request.Target switch
            {
                "/never" => RawReply.Status(503, "No"),
                "/third" when times < 3 => times == 1 ? RawReply.Status(503, "Not yet") : new RawReply("", Close: true),
                "/no" => RawReply.Status(403, "No"),
                _ => RawReply.Ok,
            };
        });
        var report = await PurgeAsync(peer.Url, "/1", "/never", "/third", "/no", "/2");
        report.Applied.ShouldBe(3);
        report.Failures.Select(f => (f.Value, f.Retry)).ShouldBe([("/never", true), ("/no", false)]);
        report.Target.ShouldBe("varnish:" + peer.Url);
        seen["/third"].ShouldBe(3);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")]
    public async Task A_connection_is_kept_whatever_form_the_answer_has(string answer)
    {
        await using var peer = RawHttpPeer.Start(_ => new RawReply(answer));
        using var target = New(peer.Url, connections: 1);
        (await PurgeAsync(target, "/1", "/2", "/3")).Applied.ShouldBe(3);
        (await PurgeAsync(target, "/4")).Applied.ShouldBe(1);
        peer.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut short", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\ntoo long", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 Forged\r\n\r\n", false)]
    public async Task One_that_cannot_be_kept_is_not_and_the_answer_counts_all_the_same(string answer, bool close)
    {
        await using var peer = RawHttpPeer.Start(_ => new RawReply(answer, close));
        using var target = New(peer.Url, connections: 1);
        (await PurgeAsync(target, "/1", "/2")).Applied.ShouldBe(2);
        peer.Connections.ShouldBe(2);
        peer.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: cut")]
    [InlineData("")]
    public async Task What_is_no_answer_is_a_failure_and_tried_again(string garbage)
    {
        await using var peer = RawHttpPeer.Start(_ => new RawReply(garbage, Close: true));
        var failure = (await PurgeAsync(peer.Url, "/x")).Failures.ShouldHaveSingleItem();
        failure.Error.ShouldContain("(tried 3 times)");
        failure.Retry.ShouldBeTrue();
        peer.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        await using var peer = RawHttpPeer.Start(_ => new RawReply("HTTP/1.1 200 OK\r\n" + new string('x', 100_000)));
        (await PurgeAsync(peer.Url, "/x")).Failures.ShouldHaveSingleItem().Error.ShouldContain("without an end");
    }

    [Fact]
    public async Task A_kept_connection_that_was_closed_meanwhile_costs_no_try()
    {
        // Answers the first request of a connection, and hangs up on the second without a word.
        await using var peer = RawHttpPeer.Start(request => request.Number == 1 ? RawReply.Ok : new RawReply("", Close: true));
        using var target = New(peer.Url, connections: 1, tries: 1);
        (await PurgeAsync(target, "/1", "/2", "/3")).Failures.ShouldBeEmpty();
        peer.Connections.ShouldBe(3);
    }

    [Fact]
    public async Task Requests_go_at_the_same_time_but_never_more_than_allowed()
    {
        var (now, most) = (0, 0);
        var lockObject = new Lock();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = RawHttpPeer.Start(async _ =>
        {
            lock (lockObject)
            {
                most = Math.Max(most, ++now);
                if (now == 3) go.TrySetResult();
            }

            await go.Task; // each waits until three are there
            lock (lockObject) now--;
            return RawReply.Ok;
        });
        using var target = New(peer.Url, connections: 3);
        var reports = await Task.WhenAll(
            PurgeAsync(target, [.. Enumerable.Range(0, 20).Select(i => $"/a{i}")]),
            PurgeAsync(target, [.. Enumerable.Range(0, 20).Select(i => $"/b{i}")]));
        reports.Sum(r => r.Applied).ShouldBe(40);
        most.ShouldBe(3);
        peer.Connections.ShouldBe(3);
    }

    [Fact]
    public async Task Nobody_waits_for_a_dead_server_value_by_value()
    {
        await using var peer = RawHttpPeer.Start(_ => RawReply.Silence);
        using var target = New(peer.Url, connections: 2, tries: 2, timeout: 100);
        var report = await PurgeAsync(target, [.. Enumerable.Range(0, 1000).Select(i => $"/{i}")]);
        report.Failures.Count.ShouldBe(1000);
        report.Failures.ShouldAllBe(f => f.Retry && f.Error.Contains("no response within 0.1 s", StringComparison.Ordinal));
        peer.Requests.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Nobody_there_is_told_with_its_address()
    {
        var failure = (await PurgeAsync($"http://127.0.0.1:{FreePort.Next()}", "/x")).Failures.ShouldHaveSingleItem();
        failure.Error.ShouldContain("127.0.0.1");
        failure.Error.ShouldContain("refused");
        failure.Retry.ShouldBeTrue();
    }

    [Fact]
    public async Task Stopping_stops_it()
    {
        await using var peer = RawHttpPeer.Start(_ => RawReply.Silence);
        using var target = New(peer.Url, timeout: 60_000);
        using var stop = new CancellationTokenSource();
        var applying = target.ApplyAsync(new Invalidation { Command = InvalidationCommand.Purge, Host = "a.org", Values = ["/x"] }, stop.Token);
        await Eventually.TrueAsync(() => peer.Requests.Count == 1, "the request is there");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(applying);
    }

    [Fact]
    public void Options_tell_all_that_is_wrong_with_them()
    {
        new VarnishOptions().Problems().ShouldBeEmpty();
        new VarnishOptions { Url = "https://a.org", XkeyHeader = "a b", BanHeader = "same", BanUrlHeader = "Same", MaxConnections = 0, Tries = 0, Host = "a b", Timeout = TimeSpan.Zero, FirstDelay = TimeSpan.FromHours(1) }
            .Problems().Count().ShouldBe(8);
        foreach (var url in (string[])["", "127.0.0.1:6081", "http://", "http://u:p@a.org/", "ftp://a.org"])
            new VarnishOptions { Url = url }.Problems().ShouldHaveSingleItem().ShouldStartWith("varnish.url");
        Should.Throw<ArgumentException>(() => Site.New(new VarnishOptions { Tries = 0 })).Message.ShouldContain("varnish.tries");
    }

    private static VarnishTarget New(string url, int connections = 8, int tries = 3, int timeout = 5000)
        => Site.New(new VarnishOptions { Url = url, MaxConnections = connections, Tries = tries, Timeout = TimeSpan.FromMilliseconds(timeout), FirstDelay = TimeSpan.FromMilliseconds(2) });

    private static async Task<TargetReport> PurgeAsync(string url, params string[] values)
    {
        using var target = New(url);
        return await PurgeAsync(target, values);
    }

    private static Task<TargetReport> PurgeAsync(VarnishTarget target, params string[] values)
        => Eventually.DoneAsync(
            target.ApplyAsync(new Invalidation { Command = InvalidationCommand.Purge, Host = "a.org", Values = values }, TestContext.Current.CancellationToken), "the report");
}
