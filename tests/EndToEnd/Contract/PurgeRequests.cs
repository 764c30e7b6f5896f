using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>PURGE as proxies know it, byte for byte on the wire.</summary>
public sealed class PurgeRequests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        var cache = GoldenCache.Fill(_folder.Of("cache"));
        foreach (var path in (string[])["/a%2Fb", "/a%2fb", "/a/b", "/?q", "/v1/status", "/../x", "//double", "/%C3%A4"])
            new SyntheticEntry("httpwww.example.org" + path).WriteTo(cache);
        _agent = await RunningAgent.StartAsync(_folder, cache);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/vary", "www.example.org", 2)]
    [InlineData("/plain?a=1&b=%20two", "www.example.org", 1)]
    [InlineData("/plain", "www.example.org", 0)]
    [InlineData("http://www.example.org/vary", "ignored.org", 2)]
    [InlineData("http://www.example.org?q", "ignored.org", 1)]
    [InlineData("/vary", "other.org", 0)]
    [InlineData("/vary", "WWW.EXAMPLE.ORG:80", 2)]
    [InlineData("/vary", "OWN", 2)]
    [InlineData("/a%2Fb", "www.example.org", 1)]
    [InlineData("/a%2fb", "www.example.org", 1)]
    [InlineData("/a/b", "www.example.org", 1)]
    [InlineData("/v1/status", "www.example.org", 1)]
    [InlineData("/../x", "www.example.org", 1)]
    [InlineData("//double", "www.example.org", 1)]
    [InlineData("/%C3%A4", "www.example.org", 1)]
    [InlineData("/%", "www.example.org", 0)]
    public async Task Names_the_url_and_nothing_else(string target, string host, int files)
    {
        var own = host.Replace("OWN", $"127.0.0.1:{_agent.Port}", StringComparison.Ordinal);
        var reply = await _agent.RawAsync($"PURGE {target} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n");
        reply.Status.ShouldBe(200, reply.Text);
        var report = JsonNode.Parse(reply.Text[reply.Text.IndexOf('{', StringComparison.Ordinal)..])!;
        ((int)report["purged"]!).ShouldBe(files, reply.Text);
        ((string)report["state"]!).ShouldBe("applied");
    }

    [Fact]
    public async Task Soft_keeps_the_file_and_nonsense_is_refused()
    {
        var soft = await _agent.RawAsync("PURGE /tags HTTP/1.1\r\nHost: www.example.org\r\nX-Purge-Mode: soft\r\nConnection: close\r\n\r\n");
        soft.Text.ShouldContain("\"purged\":1");
        File.Exists(CacheFiles.PathOf(_folder.Of("cache"), "httpwww.example.org/tags")).ShouldBeTrue();
        (await _agent.RawAsync("PURGE /tags HTTP/1.1\r\nHost: www.example.org\r\nX-Purge-Mode: medium\r\nConnection: close\r\n\r\n")).Status.ShouldBe(400);
        (await _agent.RawAsync("PURGE * HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n")).Status.ShouldBe(405); // the server takes * for OPTIONS alone
        (await _agent.RawAsync("PURGE /x HTTP/1.1\r\nConnection: close\r\n\r\n")).Status.ShouldBe(400);
        await Eventually.TrueAsync(async () => (await _agent.MetricsAsync()).Sum("towncrier_refusals_total") >= 1, "what the agent itself refused is counted");
    }
}
