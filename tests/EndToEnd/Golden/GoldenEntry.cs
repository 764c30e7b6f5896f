using System.Text.Json;
using Towncrier.EndToEnd.Assumptions;

namespace Towncrier.EndToEnd.Golden;

/// <summary>One line of golden.json: what a reader of <see cref="File"/> must find in it.</summary>
internal sealed record GoldenEntry(
    string File, string Name, string Key, string Kind, int Status, string[] Tags,
    Dictionary<string, string> TagHeaders, string Vary, string Variant, string Etag, int BodyStart, int Bytes)
{
    private static readonly string[] BySpace = ["Surrogate-Key", "xkey"];
    private static readonly string[] ByComma = ["Cache-Tag", "X-Magento-Tags"];

    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>What the case says must be found, with what only the file itself can tell (variant, sizes).</summary>
    public static GoldenEntry Of(GoldenCase made, string path, RawHead head) => new(
        made.Name + ".bin",
        Path.GetFileName(path),
        head.Key,
        made.Kind.ToString().ToLowerInvariant(),
        made.Reply.Status,
        [.. made.Reply.Headers.SelectMany(TagsIn)],
        made.Reply.Headers.Where(header => BySpace.Concat(ByComma).Contains(header.Name)).ToDictionary(),
        made.Reply.Header("Vary"),
        made.Reply.Header("Vary").Length > 0 ? head.Variant : "",
        made.Reply.Header("ETag"),
        head.BodyStart,
        head.Bytes.Length);

    private static string[] TagsIn((string Name, string Value) header) =>
        BySpace.Contains(header.Name) ? header.Value.Split(' ')
        : ByComma.Contains(header.Name) ? header.Value.Split(',', StringSplitOptions.TrimEntries)
        : [];
}
