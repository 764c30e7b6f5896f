using System.Text;
using System.Text.Json;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>What the agent said of one invalidation: the HTTP status, and the report's fields where there is one.</summary>
internal sealed record Told(int Status, string Body)
{
    public string Id => Text("id");

    public string State => Text("state");

    public long Matched => Number("matched");

    public long Purged => Number("purged");

    /// <summary>The body is one JSON object, or nothing at all.</summary>
    private string Text(string name) => TryFind(name, out var value) ? value.GetString() ?? "" : "";

    private long Number(string name) => TryFind(name, out var value) ? value.GetInt64() : -1;

    private bool TryFind(string name, out JsonElement value)
    {
        value = default;
        return Body.StartsWith('{') && JsonDocument.Parse(Body).RootElement.TryGetProperty(name, out value);
    }
}

/// <summary>The agent's HTTP interface, as a publisher uses it.</summary>
internal sealed class AgentDoor(int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly HttpProbe _probe = new(port);

    /// <summary>GET, PURGE and whatever has no body.</summary>
    public HttpProbe Probe => _probe;

    /// <summary>Sends one message. <paramref name="query"/> is such as "?wait=true".</summary>
    /// <exception cref="HttpRequestException">The agent is not there, or went away before it answered.</exception>
    public async Task<Told> PostAsync(object message, string query = "")
    {
        using var content = new StringContent(JsonSerializer.Serialize(message), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(
            new Uri($"http://127.0.0.1:{port}/v1/invalidations{query}"), content, TestContext.Current.CancellationToken);
        return new Told((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends one message and insists that it is applied.</summary>
    public async Task<Told> AppliedAsync(object message)
    {
        var told = await PostAsync(message, "?wait=true");
        (told.Status, told.State).ShouldBe((200, "applied"), told.Body);
        return told;
    }

    /// <summary>The report as the agent remembers it.</summary>
    public async Task<Told> ReportAsync(string id)
    {
        var reply = await _probe.GetAsync("/v1/invalidations/" + id);
        return new Told(reply.Status, reply.Body);
    }

    /// <summary>Waits until a message that was only accepted is applied.</summary>
    public Task BecomesAppliedAsync(string id) =>
        Eventually.TrueAsync(async () => (await ReportAsync(id)).State == "applied", $"{id} is applied");

    /// <summary>The sum over all series of one metric; 0 when there is none.</summary>
    public async Task<long> MetricAsync(string name)
    {
        var page = (await _probe.GetAsync("/metrics")).Body;
        return page.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until a metric is at least <paramref name="least"/>.</summary>
    public Task ReachesAsync(string metric, long least) =>
        Eventually.TrueAsync(async () => await MetricAsync(metric) >= least, $"{metric} reaches {least}");

    public void Dispose()
    {
        _client.Dispose();
        _probe.Dispose();
    }
}
