using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Towncrier.Agent.Governing;

namespace Towncrier.Agent;

/// <summary>What became of a request for other limits.</summary>
/// <param name="Status">As HTTP has it.</param>
/// <param name="Problem">Why nothing changed; null when all is well.</param>
/// <param name="Body">JSON, where there is no problem.</param>
internal sealed record LimitsAnswer(int Status, string? Problem, ReadOnlyMemory<byte> Body)
{
    public IReadOnlyList<(string Path, LimitChange Change)> Changes { get; init; } = [];
}

/// <summary>A limit that is written differently than before.</summary>
internal readonly record struct LimitChange(string Key, string Old, string New);

/// <summary>
/// The limits of running caches as JSON, as an agent and an application's store both tell and take them:
/// <c>{"caches":[{"path":..,"limits":{..},"changed":[{"key","old","new"}]}]}</c>, and <c>{"set":{"disk_limit":"0.9"},"cache":"PATH"}</c>.
/// </summary>
internal static class LimitsDocument
{
    private const string Shape = "write {\"set\":{\"disk_limit\":\"0.9\"}}, with \"cache\":\"PATH\" for one cache alone";

    public static ReadOnlyMemory<byte> Write(GovernedCaches caches) => Write(caches, caches.Paths, null);

    /// <summary>All or nothing: every setting is read for every cache before the first is changed.</summary>
    public static LimitsAnswer Change(GovernedCaches caches, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Read(document.RootElement, out var cache, out var settings) is { } wrong) return new LimitsAnswer(400, wrong, default);
            if (cache is not null && caches.Of(cache) is null) return new LimitsAnswer(404, $"'{cache}' is no cache of this agent, which has {string.Join(", ", caches.Paths)}", default);
            return Change(caches, cache is null ? caches.Paths : [cache], settings);
        }
        catch (JsonException)
        {
            return new LimitsAnswer(400, "the body is not JSON", default);
        }
    }

    /// <summary>What is written differently.</summary>
    public static IEnumerable<LimitChange> Differences(CacheLimits before, CacheLimits after, bool isStore)
        => LimitWords.Write(before, isStore).Zip(LimitWords.Write(after, isStore)).Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new LimitChange(pair.First.Key, pair.First.Value, pair.Second.Value));

    private static LimitsAnswer Change(GovernedCaches caches, IReadOnlyList<string> paths, IReadOnlyList<(string Key, string Text)> settings)
    {
        var wanted = new List<(string Path, CacheLimits Limits, LimitChange[] Changes)>();
        foreach (var path in paths)
        {
            var (before, after) = (caches.Of(path)!, caches.Of(path)!);
            foreach (var (key, text) in settings)
            {
                if (LimitWords.With(after, key, text, out var problem, out var remedy, caches.IsStore(path)) is not { } changed) return new LimitsAnswer(400, $"{problem}. {remedy}", default);
                after = changed;
            }

            wanted.Add((path, after, [.. Differences(before, after, caches.IsStore(path))]));
        }

        foreach (var (path, limits, _) in wanted) caches.TrySet(path, limits);
        var changes = wanted.ToDictionary(one => one.Path, one => one.Changes);
        return new LimitsAnswer(200, null, Write(caches, paths, changes)) { Changes = [.. wanted.SelectMany(one => one.Changes.Select(change => (one.Path, change)))] };
    }

    private static string? Read(JsonElement body, out string? cache, out List<(string Key, string Text)> settings)
    {
        (cache, settings) = (null, []);
        if (body.ValueKind != JsonValueKind.Object) return Shape;
        foreach (var part in body.EnumerateObject())
        {
            if (part.Name == "cache" && part.Value.ValueKind is JsonValueKind.String) cache = part.Value.GetString();
            else if (part.Name == "cache" && part.Value.ValueKind is JsonValueKind.Null) cache = null;
            else if (part.Name == "set" && part.Value.ValueKind is JsonValueKind.Object)
                settings.AddRange(part.Value.EnumerateObject().Select(setting => (setting.Name, setting.Value.ValueKind == JsonValueKind.String ? setting.Value.GetString()! : setting.Value.GetRawText())));
            else return Shape;
        }

        return settings.Count == 0 ? Shape : null;
    }

    private static ReadOnlyMemory<byte> Write(GovernedCaches caches, IReadOnlyList<string> paths, Dictionary<string, LimitChange[]>? changes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("caches");
            foreach (var path in paths)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteStartObject("limits");
                foreach (var (key, value) in LimitWords.Write(caches.Of(path)!, caches.IsStore(path))) json.WriteString(key, value);
                json.WriteEndObject();
                if (changes is null) json.WriteNull("changed");
                else Write(json, changes[path]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, LimitChange[] changes)
    {
        json.WriteStartArray("changed");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("key", change.Key);
            json.WriteString("old", change.Old);
            json.WriteString("new", change.New);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
