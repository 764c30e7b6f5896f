using System.Collections.Concurrent;
using System.Text.Json;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Warming;

/// <summary>What calls itself a peer, and gives whatever a test puts into it.</summary>
internal sealed class FakePeer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, OriginReply> _files = new();
    private readonly List<object> _objects = [];
    private readonly Origin _server;

    public FakePeer() => _server = Origin.Start(request => request.Path == "/v1/objects" ? Listing() : _files.GetValueOrDefault(request.Path["/v1/objects/".Length..]) ?? new OriginReply { Status = 404 });

    /// <summary>The list waits for this.</summary>
    public Task BeforeList { get; init; } = Task.CompletedTask;

    /// <summary>What it lists instead of its objects.</summary>
    public string? List { get; init; }

    public IReadOnlyCollection<OriginRequest> Requests => _server.Requests;

    /// <summary>Lists an object, and gives these bytes for it, or the entry's own.</summary>
    /// <param name="ready">It is not answered before.</param>
    /// <param name="middle">Half of it is sent before, and the rest after.</param>
    /// <returns>Its name.</returns>
    public string Add(string uri, byte[]? bytes = null, Task? ready = null, Task? middle = null, string? name = null, long? stored = null)
    {
        var entry = new SyntheticEntry("http" + WarmHost.Site + uri);
        if (stored is { } at) entry = entry with { Stored = at };
        name ??= CacheFiles.NameOf(entry.Key);
        var valid = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600; // whatever the file says of itself
        _objects.Add(new { cache = 0, key = entry.Key, file = name, stored = entry.Stored, valid, bytes = 1 });
        _files[name] = new OriginReply { Body = bytes ?? entry.ToBytes(), BeforeHead = ready ?? Task.CompletedTask, MidBody = middle ?? Task.CompletedTask };
        return name;
    }

    /// <summary>Lists an object under a key of which there is no file.</summary>
    public void AddKey(string key)
        => _objects.Add(new { cache = 0, key, file = CacheFiles.NameOf(key), stored = 1, valid = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600, bytes = 1 });

    /// <summary>Says on the channel that it is here, once the one agent listens.</summary>
    public async Task AppearAsync(RedisServer redis)
    {
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", WarmHost.Channel)).Contains('1', StringComparison.Ordinal), "the agent listens");
        await redis.CliAsync("publish", WarmHost.Channel, $$"""{"command":"here","node":"fake {{_server.Port}}","address":"http://127.0.0.1:{{_server.Port}}/v1/"}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private OriginReply Listing() => OriginReply.Text(List ?? JsonSerializer.Serialize(new { caches = new[] { new { path = "/elsewhere", levels = "1:2" } }, objects = _objects })) with { BeforeHead = BeforeList };
}
