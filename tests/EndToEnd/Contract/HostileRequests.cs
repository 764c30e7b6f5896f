using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.EndToEnd.Contract;

/// <summary>Bytes from people who mean harm, or from programs that are broken. The agent answers with a reason, and goes on.</summary>
public sealed class HostileRequests : IAsyncLifetime
{
    private const int Seed = 20261122;

    private readonly TempFolder _folder = new();
    private RunningAgent _agent = null!;
    private string _cache = "";

    public async ValueTask InitializeAsync()
    {
        _cache = GoldenCache.Fill(_folder.Of("cache"));
        _agent = await RunningAgent.StartAsync(_folder, _cache);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_thousand_broken_bodies_are_each_answered_with_a_reason()
    {
        byte[][] good = [.. new[]
        {
            """{"command":"purge","host":"nobody.example.org","value":["/news/","/news/42?page=2"],"id":"x","issued":"2026-11-21T21:00:00.123Z","mode":"soft","dry_run":true}""",
            """[{"command":"xkey","value":["none-1 none-2"],"dry_run":true},{"command":"ban.url","value":["^/none[0-9]+"],"dry_run":true}]""",
            """{"command":"wildcard","value":["/none/*.jpg"],"scope":"host","source":"cms","dry_run":true,"unknown":{"a":[1,2,{"b":null}]}}""",
        }.Select(Encoding.UTF8.GetBytes)];
        var random = new Random(Seed);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var reply = await _agent.PostAsync(Broken(good[i % good.Length].ToArray(), random));
            if (reply.Status == 200) continue;
            ((string?)reply.Problem(400)["detail"]).ShouldNotBeNull();
            refused++;
        }

        refused.ShouldBeGreaterThan(1000);
        (await _agent.MetricsAsync()).Sum("towncrier_refusals_total").ShouldBeGreaterThanOrEqualTo(refused);
        await Eventually.TrueAsync(() => _agent.Log.Split('\n').Count(line => line.Contains("refused a message", StringComparison.Ordinal)) >= refused, "one line each");
        _agent.Log.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        await _agent.MustWorkAsync(_cache);
    }

    [Theory]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"command\"")]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}")]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n{}")]
    [InlineData("POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("PURGE")]
    [InlineData("PURGE / HTTP/9.9\r\n\r\n")]
    [InlineData("PURGE / HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("PURGE / HTTP/1.1\r\nHost: \u0001\r\n\r\n")]
    [InlineData("PURGE /\u0000\u0001\u00ff HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("GET /v1/entries?limit=1 HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE GARBAGE GARBAGE\r\n\r\n\r\n")]
    [InlineData("\r\n\r\n\r\n\r\n")]
    public async Task Broken_http_ends_its_connection_and_nothing_else(string request)
    {
        (await _agent.RawAsync(request, cut: true)).Status.ShouldBeOneOf(0, 100, 200, 400, 413, 505);
        await _agent.MustWorkAsync(_cache);
    }

    [Theory]
    [InlineData(8_000, 200)]
    [InlineData(40_000, 414)]
    [InlineData(4_000_000, 414)]
    public async Task A_long_url_is_purged_or_refused(int length, int status)
    {
        var reply = await _agent.RawAsync($"PURGE /{new string('u', length)} HTTP/1.1\r\nHost: a.org\r\nConnection: close\r\n\r\n");
        reply.Status.ShouldBeOneOf(status, length > 1_000_000 ? 0 : status); // the connection may be reset under the rest
        await _agent.MustWorkAsync(_cache);
    }

    [Theory]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("[::1]:8080")]
    [InlineData("under_score.example.")]
    [InlineData("*.example.org")]
    [InlineData("b\u00fccher.example")]
    [InlineData("a..b")]
    [InlineData("-")]
    public async Task Odd_hosts_match_nothing_and_harm_nothing(string host)
    {
        var reply = await _agent.PostAsync(Encoding.UTF8.GetBytes(new System.Text.Json.Nodes.JsonObject { ["command"] = "purge", ["host"] = host, ["value"] = new System.Text.Json.Nodes.JsonArray("/nothing") }.ToJsonString()));
        reply.Status.ShouldBeOneOf(200, 400);
        if (reply.Status == 200) ((int)reply.Json["purged"]!).ShouldBe(0);
        await _agent.MustWorkAsync(_cache);
    }

    [Fact]
    public async Task Slow_senders_are_cut_off_and_hold_nobody_up()
    {
        var slow = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, _agent.Port, TestContext.Current.CancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? "PURGE / HTTP/1.1\r\nHost: " : "POST /v1/invalidations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"), TestContext.Current.CancellationToken);
            slow.Add(socket);
        }

        await _agent.MustWorkAsync(_cache);
        foreach (var socket in slow)
        {
            // An answer (408 or 400) or the end: what it must not do is hold the connection for ever.
            using (socket) await Eventually.DoneAsync(ReadAsync(socket), "the connection is ended", TimeSpan.FromSeconds(40));
        }

        await _agent.MustWorkAsync(_cache);
    }

    [Fact]
    public async Task More_connections_than_are_allowed_are_turned_away_until_there_is_room()
    {
        var idle = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, _agent.Port, TestContext.Current.CancellationToken);
            idle.Add(socket);
        }

        idle.ForEach(socket => socket.Dispose());
        await Eventually.TrueAsync(async () => (await _agent.RawAsync("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).Status == 200, "it answers again");
        await _agent.MustWorkAsync(_cache);
    }

    private static async Task<int> ReadAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[4096]);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static byte[] Broken(byte[] body, Random random)
    {
        for (var times = random.Next(1, 5); times > 0 && body.Length > 2; times--)
        {
            var at = random.Next(body.Length);
            switch (random.Next(6))
            {
                case 0: body = body[..at]; break;
                case 1: body[at] = (byte)random.Next(256); break;
                case 2: body = [.. body[..at], .. body[random.Next(body.Length)..]]; break;
                case 3: body = [.. body[..at], (byte)"[]{}\",:\\\0\r\n\xff"[random.Next(12)], .. body[at..]]; break;
                case 4: body = [.. body[..at], .. Encoding.UTF8.GetBytes(new string('[', random.Next(200))), .. body[at..]]; break;
                default: body = [.. body, .. body[at..]]; break;
            }
        }

        return body;
    }
}
