using System.Text;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>What a value is to us. RESP3's further types are folded into these: maps and sets are arrays.</summary>
internal enum RespKind : byte
{
    Simple,
    Error,
    Integer,
    Bulk,
    Null,
    Array,

    /// <summary>RESP3: not an answer, but sent by the server of itself.</summary>
    Push,

    /// <summary>A string too long to keep; it was read past, and <see cref="RespValue.Integer"/> is its length.</summary>
    Skipped,
}

/// <summary>One value as Redis sent it. Immutable.</summary>
internal sealed class RespValue(RespKind kind, ReadOnlyMemory<byte> bytes = default, long integer = 0, IReadOnlyList<RespValue>? items = null)
{
    public static RespValue Null { get; } = new(RespKind.Null);

    /// <summary>Stands for each value of a reply that is too large in all to be kept.</summary>
    public static RespValue Dropped { get; } = new(RespKind.Skipped);

    public RespKind Kind => kind;

    /// <summary>Of a simple string, an error or a bulk string.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    public long Integer => integer;

    /// <summary>Of an array or a push; a map is its keys and values by turns.</summary>
    public IReadOnlyList<RespValue> Items { get; } = items ?? [];

    public string Text => Encoding.UTF8.GetString(bytes.Span);

    public bool Is(ReadOnlySpan<byte> text) => kind is RespKind.Simple or RespKind.Bulk && bytes.Span.SequenceEqual(text);
}
