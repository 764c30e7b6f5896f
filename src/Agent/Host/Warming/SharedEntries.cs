using System.Text.Json.Serialization;

namespace Towncrier.Host.Warming;

/// <summary>What an agent says it has, the most recently used first. Times are Unix seconds.</summary>
/// <param name="Caches">Where the objects are; each names one by its number here.</param>
internal sealed record SharedEntries(IReadOnlyList<SharedCache> Caches, IReadOnlyList<SharedEntry> Objects);

/// <param name="Path">The cache directory, as that host calls it.</param>
/// <param name="Levels">As in nginx's configuration: <c>1:2</c>.</param>
internal sealed record SharedCache(string Path, string Levels);

/// <param name="Cache">Its number in the list.</param>
/// <param name="File">The file's name, 32 hex digits: what it is asked for by.</param>
/// <param name="Bytes">Of the file.</param>
internal sealed record SharedEntry(int Cache, string Key, string File, long Stored, long Valid, long Bytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 8)]
[JsonSerializable(typeof(SharedEntries))]
internal sealed partial class SharedEntriesJson : JsonSerializerContext;
