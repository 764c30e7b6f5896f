using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Speaks to the test server by hand: HttpClient and a signature made here, nothing of the provider.</summary>
internal sealed class Caller(ServiceBusServer server) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server.Address, Timeout = Eventually.Deadline };

    /// <summary>The key's name that signs; by default the server's, which may do everything.</summary>
    public string KeyName { get; init; } = server.KeyName;

    public string Key { get; set; } = server.Key;

    /// <summary>A token for <paramref name="resource"/>, which ends at <paramref name="end"/> (default in an hour).</summary>
    public string Token(string? resource = null, DateTimeOffset? end = null)
    {
        var uri = Uri.EscapeDataString(resource ?? server.Address.ToString());
        var expiry = (end ?? DateTimeOffset.UtcNow.AddHours(1)).ToUnixTimeSeconds();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{uri}\n{expiry}")));
        return $"SharedAccessSignature sr={uri}&sig={Uri.EscapeDataString(signature)}&se={expiry}&skn={KeyName}";
    }

    /// <summary>One request; signed for everything unless <paramref name="authorization"/> says otherwise.</summary>
    public async Task<Reply> CallAsync(
        HttpMethod method, string path, string? body = null, string? type = null, string? authorization = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8);
        if (type is not null) request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (authorization is not "") request.Headers.TryAddWithoutValidation("Authorization", authorization ?? Token());
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var all = answer.Headers.Concat(answer.Content.Headers).ToDictionary(one => one.Key, one => string.Join(',', one.Value), StringComparer.Ordinal);
        return new Reply(answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), all);
    }

    public Task<Reply> SendAsync(string entity, string body, params (string Name, string Value)[] headers) =>
        CallAsync(HttpMethod.Post, $"/{entity}/messages", body, headers: headers);

    /// <param name="entity">A queue, or topic/subscriptions/name.</param>
    public Task<Reply> ReceiveAsync(string entity, int seconds = 0) => CallAsync(HttpMethod.Post, $"/{entity}/messages/head?timeout={seconds}");

    public Task<Reply> CompleteAsync(Reply received) => CallAsync(HttpMethod.Delete, received.Lock);

    public Task<Reply> AbandonAsync(Reply received) => CallAsync(HttpMethod.Put, received.Lock);

    public Task<Reply> RenewAsync(Reply received) => CallAsync(HttpMethod.Post, received.Lock);

    public void Dispose() => _http.Dispose();

    internal sealed record Reply(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public int Code => (int)Status;

        public JsonObject Properties => JsonNode.Parse(Headers["BrokerProperties"])!.AsObject();

        /// <summary>The path of the message's lock.</summary>
        public string Lock => new Uri(Headers["Location"]).PathAndQuery;
    }
}
