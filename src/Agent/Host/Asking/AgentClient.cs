using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Towncrier.Host.Asking;

/// <summary>The agent cannot be asked; the message says where and why.</summary>
internal sealed class AgentUnreachableException(string message) : Exception(message);

/// <summary>The agent answers, and does not do what is asked of it; the message says why.</summary>
internal sealed class AgentRefusedException(string message) : Exception(message);

/// <summary>What an agent answered.</summary>
internal sealed record AgentAnswer(int Status, JsonNode? Body)
{
    /// <summary>A problem document's words.</summary>
    public string Detail => Body is JsonObject o && o["detail"] is { } detail ? detail.ToString() : $"the agent answered {Status}";

    /// <summary>The body of a good answer.</summary>
    /// <exception cref="AgentRefusedException">The question is wrong, or the token is.</exception>
    /// <exception cref="AgentUnreachableException">It cannot answer now.</exception>
    public JsonNode Good()
    {
        if (Status == 401) throw new AgentRefusedException($"{Detail}; set TOWNCRIER_TOKEN");
        if (Status is >= 400 and < 500) throw new AgentRefusedException(Detail);
        if (Status is not (200 or 202)) throw new AgentUnreachableException($"the agent did not take it: {Detail}");
        return Body ?? throw new AgentUnreachableException($"the agent answered {Status} and nothing else");
    }
}

/// <summary>Asks a running agent over its HTTP interface, the one every other program uses.</summary>
internal sealed class AgentClient(AgentAddress address, string? token) : IDisposable
{
    private readonly HttpClient _http = Make(address, token);

    public Task<AgentAnswer> GetAsync(string path, CancellationToken cancel) => AskAsync(() => _http.GetAsync(Below(path), cancel), cancel);

    public Task<AgentAnswer> PostAsync(string path, byte[] body, CancellationToken cancel) => AskAsync(
        () =>
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return _http.PostAsync(Below(path), content, cancel);
        },
        cancel);

    public void Dispose() => _http.Dispose();

    private static HttpClient Make(AgentAddress address, string? token)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        var http = new HttpClient(handler) { BaseAddress = address.Base, Timeout = TimeSpan.FromMinutes(10) };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private async Task<AgentAnswer> AskAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken cancel)
    {
        try
        {
            using var response = await ask().ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            return new AgentAnswer((int)response.StatusCode, Parse(text));
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new AgentUnreachableException($"no agent answers at {address.Text}: {e.Message}");
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonValue.Create(text); // not from an agent of ours; the status says more
        }
    }

    private static Uri Below(string path) => new(path.TrimStart('/'), UriKind.Relative);
}
