using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towncrier.Store.Cluster;

/// <summary>An object that a node has, as it tells others. Times are Unix milliseconds.</summary>
/// <param name="Key">What it is stored under.</param>
/// <param name="Variant">Its file's name, 32 hex digits: what it is asked for by.</param>
/// <param name="Bytes">Of the file.</param>
public sealed record SharedObject(string Key, string Variant, long Stored, long Expires, long Bytes)
{
    private const int MostShown = 200;

    /// <summary>Another node has written it: what has to be there is, whatever it says.</summary>
    internal static bool IsSound(SharedObject? one) => one is { Key: not null, Variant: not null, Stored: >= 0 };

    /// <summary>A key that another node has told, as it may stand in a line of the log and be kept meanwhile.</summary>
    internal static string Shown(string key) => string.Create(Math.Min(key.Length, MostShown), key, (to, from) =>
    {
        for (var i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) ? '?' : from[i];
    });
}

/// <summary>What nodes tell each other.</summary>
/// <param name="Command"><see cref="Stored"/> or <see cref="Here"/>.</param>
/// <param name="Address">Where the node's shelf is.</param>
/// <param name="Objects">What it has just stored.</param>
/// <param name="Lost">More was stored than could be told: its list says what.</param>
/// <param name="Asks">It has just come, and wants the others to say where they are.</param>
/// <param name="Run">As <see cref="Self.Run"/>; zero of a node that does not say.</param>
internal sealed record Notice(string Command, string Node, Uri Address, IReadOnlyList<SharedObject>? Objects = null, bool Lost = false, bool Asks = false, long Run = 0)
{
    public const string Stored = "stored";

    public const string Here = "here";

    /// <summary>Objects in one notice.</summary>
    public const int MostObjects = 200;

    public static Notice Of(Self node, string command) => new(command, node.Name, node.Address, Run: node.Run);

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, NoticeJson.Default.Notice);

    /// <summary>Null when it is none.</summary>
    public static Notice? Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            var notice = JsonSerializer.Deserialize(body, NoticeJson.Default.Notice);
            return notice is { Command: Stored or Here, Node.Length: > 0 and <= 256, Address: { IsAbsoluteUri: true, Scheme: "http" or "https" } }
                && !notice.Node.Any(char.IsControl) // it gets into the log
                && (notice.Objects is null || (notice.Objects.Count <= MostObjects && notice.Objects.All(SharedObject.IsSound))) ? notice : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, MaxDepth = 8)]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(IReadOnlyList<SharedObject>))]
[JsonSerializable(typeof(List<SharedObject>))]
internal sealed partial class NoticeJson : JsonSerializerContext;
