using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A cache file a real nginx wrote, and what is known of it.</summary>
internal sealed record Golden
{
    [JsonPropertyName("file")] public required string File { get; init; }

    [JsonPropertyName("name")] public required string Name { get; init; }

    [JsonPropertyName("key")] public required string Key { get; init; }

    [JsonPropertyName("kind")] public required string Kind { get; init; }

    [JsonPropertyName("status")] public required int Status { get; init; }

    [JsonPropertyName("tags")] public required string[] Tags { get; init; }

    [JsonPropertyName("vary")] public required string Vary { get; init; }

    [JsonPropertyName("variant")] public required string Variant { get; init; }

    [JsonPropertyName("etag")] public required string ETag { get; init; }

    [JsonPropertyName("body_start")] public required int BodyStart { get; init; }

    [JsonPropertyName("bytes")] public required int Bytes { get; init; }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    public static Golden[] All { get; } = JsonSerializer.Deserialize<Golden[]>(System.IO.File.ReadAllBytes(Path.Combine(Folder, "golden.json")))!;

    public static Golden Of(string file) => All.Single(g => g.File == file);

    public byte[] Read() => System.IO.File.ReadAllBytes(Path.Combine(Folder, File));
}
