using System.Text;
using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>An answer of an agent: its status, its body as JSON where it is JSON, and its headers.</summary>
internal sealed record Reply(int Status, string Text, string Type, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>Holds it to be a problem document of this status with words in it, and returns it.</summary>
    public JsonNode Problem(int status)
    {
        Status.ShouldBe(status, Text);
        Type.ShouldBe("application/problem+json");
        ((int)Json["status"]!).ShouldBe(status);
        ((string?)Json["detail"]).ShouldNotBeNullOrWhiteSpace();
        return Json;
    }
}

/// <summary>The real agent on a free port with its own state, over a cache directory; and a client for it.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly AgentProcess _process;
    private readonly HttpClient _http;

    private RunningAgent(AgentProcess process, int port) => (_process, Port, _http) = (process, port, new HttpClient(
        new SocketsHttpHandler { UseProxy = false })
    { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Eventually.Deadline });

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public AgentProcess Process => _process;

    public string Log => _process.Stderr;

    public static async Task<RunningAgent> StartAsync(TempFolder folder, string cacheDir, params string[] more)
    {
        var port = FreePort.Next();
        string[] args = ["--cache", cacheDir, "--listen", $"http://127.0.0.1:{port}", "--state", folder.Of("state-" + port), "--log", "text", .. more.Contains("--fence") ? more : [.. more, "--fence", "1s"]];
        return new RunningAgent(await AgentProcess.StartAsync(port, args), port);
    }

    /// <summary>Takes over an agent that listens on <paramref name="port"/> among other things.</summary>
    public static RunningAgent Of(AgentProcess process, int port) => new(process, port);

    public Task<Reply> GetAsync(string target) => SendAsync(new HttpRequestMessage(HttpMethod.Get, Raw(target)));

    public Task<Reply> PostAsync(string body, string query = "?wait=true", string? type = "application/json") => PostAsync(Encoding.UTF8.GetBytes(body), query, type);

    public Task<Reply> PostAsync(byte[] body, string query = "?wait=true", string? type = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
        var request = new HttpRequestMessage(HttpMethod.Post, Raw("/v1/invalidations" + query)) { Content = content };
        request.Headers.ExpectContinue = body.Length > 1024 * 1024; // else the answer is lost under the rest of the body
        return SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var sent = request;
        using var response = await _http.SendAsync(sent, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType ?? "", headers);
    }

    public async Task<PrometheusText> MetricsAsync() => PrometheusText.Parse((await GetAsync("/metrics")).Text);

    public Task<RawReply> RawAsync(string request, bool cut = false) => RawHttp.SendAsync(Port, Encoding.Latin1.GetBytes(request), cut);

    /// <summary>Waits until the index holds so many files.</summary>
    public Task HoldsAsync(int entries) => Eventually.TrueAsync(
        async () => (long)(await GetAsync("/v1/status")).Json["caches"]![0]!["entries"]! == entries, $"{entries} entries in the index");

    /// <summary>It is ready, and a purge of a page that is put there now works.</summary>
    public async Task MustWorkAsync(string cacheDir)
    {
        var page = new SyntheticEntry("httpalive.example.org/alive-" + Guid.NewGuid().ToString("N")).WriteTo(cacheDir);
        await Eventually.TrueAsync(async () => (await GetAsync("/readyz")).Status == 200, "the agent is ready");
        var report = await PostAsync($$"""{"command":"purge","host":"alive.example.org","value":["/{{Path.GetFileName(page)}}","{{KeyOf(page)}}"]}""");
        report.Status.ShouldBe(200, report.Text);
        ((int)report.Json["purged"]!).ShouldBe(1, report.Text);
        File.Exists(page).ShouldBeFalse();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private Uri Raw(string target) => new($"{Address}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static string KeyOf(string page)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(page));
        var start = text.IndexOf("/alive-", StringComparison.Ordinal);
        return text[start..text.IndexOf('\n', start)];
    }
}
