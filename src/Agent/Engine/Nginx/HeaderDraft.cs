using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// A cache file's head as we write it: nginx's header of version 5, the key, and a response head behind it. What
/// <see cref="CacheHead"/> reads back, and nginx too.
/// </summary>
internal readonly ref struct HeaderDraft
{
    /// <summary>The longest head a file can have: the header says in 16 bits where the body begins.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>At most <see cref="CacheHead.MaxKey"/> bytes.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Status line and fields, with the blank line that ends them.</summary>
    public required ReadOnlySpan<byte> Response { get; init; }

    /// <summary>When the response came, in Unix seconds.</summary>
    public required long Date { get; init; }

    /// <summary>Until when it is fresh, in Unix milliseconds.</summary>
    public required long ValidUntil { get; init; }

    /// <summary>What it varies by, at most 128 bytes; empty when it is the only variant of its key.</summary>
    public ReadOnlySpan<byte> Vary { get; init; }

    /// <summary>The MD5 that names the file when it varies: 16 bytes.</summary>
    public ReadOnlySpan<byte> Variant { get; init; }

    public int Length => HeaderLayout.V5.KeyAt + Key.Length + 1 + Response.Length;

    /// <summary>Writes the head.</summary>
    /// <param name="to">At least <see cref="Length"/> bytes, which is at most <see cref="MaxLength"/>.</param>
    public void Write(Span<byte> to)
    {
        var layout = HeaderLayout.V5;
        var headerStart = layout.KeyAt + Key.Length + 1;
        to[..layout.Size].Clear();
        layout.WriteWord(to, 0, layout.Version);
        layout.WriteWord(to, layout.Valid, Math.DivRem(ValidUntil, 1000, out var milliseconds));
        layout.WriteWord(to, layout.LastModified, -1);
        layout.WriteWord(to, layout.Date, Date);
        BinaryPrimitives.WriteUInt32LittleEndian(to[layout.Crc..], Crc32.Of(Key));
        BinaryPrimitives.WriteUInt16LittleEndian(to[layout.ValidMilliseconds..], (ushort)milliseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(to[layout.HeaderStart..], (ushort)headerStart);
        BinaryPrimitives.WriteUInt16LittleEndian(to[layout.BodyStart..], (ushort)Length);
        to[layout.Vary] = (byte)Vary.Length;
        Vary.CopyTo(to[(layout.Vary + 1)..]);
        Variant.CopyTo(to[layout.Variant..]);
        HeaderLayout.KeyMark.CopyTo(to[layout.Size..]);
        Key.CopyTo(to[layout.KeyAt..]);
        to[headerStart - 1] = (byte)'\n';
        Response.CopyTo(to[headerStart..]);
    }
}
