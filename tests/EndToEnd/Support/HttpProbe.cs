using System.Net;

namespace Towncrier.EndToEnd.Support;

/// <summary>One answer as a client saw it. <see cref="CacheStatus"/> is HIT, MISS, EXPIRED, STALE ..., or empty without a cache.</summary>
internal sealed record ProbeReply(int Status, string Body, string CacheStatus, IReadOnlyDictionary<string, string> Headers);

/// <summary>Asks one loopback server over HTTP/1.1. Paths go out exactly as given: no decoding, no dot removal, no redirects.</summary>
internal sealed class HttpProbe(int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseProxy = false,
        UseCookies = false,
    })
    { Timeout = Eventually.Deadline };

    /// <summary>GETs <paramref name="path"/> with the Host header "localhost" and reads the whole body.</summary>
    public Task<ProbeReply> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, "localhost", path, headers);

    /// <summary>GETs <paramref name="path"/> with a Host header of the caller's choice.</summary>
    public Task<ProbeReply> GetAsync(string path, string host, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, host, path, headers);

    /// <summary>Sends any method without a body and reads the whole answer.</summary>
    public async Task<ProbeReply> SendAsync(
        HttpMethod method, string host, string path, params (string Name, string Value)[] headers)
    {
        using var response = await OpenAsync(method, host, path, HttpCompletionOption.ResponseContentRead, headers);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            all[name] = string.Join(", ", values);
        return new ProbeReply((int)response.StatusCode, body, all.GetValueOrDefault("X-Cache-Status", ""), all);
    }

    /// <summary>Opens a response and returns as soon as its headers are there; the caller reads the body and disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) =>
        OpenAsync(HttpMethod.Get, "localhost", path, HttpCompletionOption.ResponseHeadersRead, []);

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string host, string path, HttpCompletionOption completion, (string Name, string Value)[] headers)
    {
        var asGiven = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{port}{path}", asGiven));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        return await _client.SendAsync(request, completion, TestContext.Current.CancellationToken);
    }
}
