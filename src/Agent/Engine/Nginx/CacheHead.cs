using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// The head of one cache file: nginx's binary header, the key and the response head, as views on the bytes it was
/// parsed from. Pure; hostile bytes end in a <see cref="HeadProblem"/>, never in an exception.
/// </summary>
internal readonly ref struct CacheHead
{
    /// <summary>Longest key that is indexed, in bytes. nginx takes request lines of 8 KiB unless told otherwise.</summary>
    public const int MaxKey = 32 * 1024;

    private const long MaxSeconds = 253_402_300_799; // the year 9999: hostile headers hold any number

    private readonly ReadOnlySpan<byte> _bytes;

    private CacheHead(ReadOnlySpan<byte> bytes, HeaderLayout layout, int headerStart, int bodyStart)
    {
        _bytes = bytes;
        Layout = layout;
        HeaderStart = headerStart;
        BodyStart = bodyStart;
    }

    public HeaderLayout Layout { get; }

    /// <summary>Where the response head begins in the file.</summary>
    public int HeaderStart { get; }

    /// <summary>Where the response body begins in the file.</summary>
    public int BodyStart { get; }

    /// <summary>Unix seconds until which nginx serves it as fresh.</summary>
    public long Valid => Layout.ReadWord(_bytes, Layout.Valid);

    /// <summary>The same in Unix milliseconds, where the header keeps them.</summary>
    public long ValidUntil => (Math.Clamp(Valid, 0, MaxSeconds) * 1000) + BinaryPrimitives.ReadUInt16LittleEndian(_bytes[Layout.ValidMilliseconds..]);

    /// <summary>Seconds after <see cref="Valid"/> in which it may be served stale while it is updated.</summary>
    public long Updating => Layout.Updating < 0 ? 0 : Layout.ReadWord(_bytes, Layout.Updating);

    /// <summary>Seconds after <see cref="Valid"/> in which it may be served stale when the origin fails.</summary>
    public long Error => Layout.Error < 0 ? 0 : Layout.ReadWord(_bytes, Layout.Error);

    /// <summary>
    /// Until when it may be served stale by what is written in the file, Unix seconds; not before <see cref="Valid"/>.
    /// nginx's proxy_cache_use_stale may allow more.
    /// </summary>
    public long StaleUntil
    {
        get
        {
            var window = Math.Max(0, Math.Max(Updating, Error));
            return Valid > long.MaxValue - window ? long.MaxValue : Valid + window;
        }
    }

    /// <summary>The origin's Last-Modified in Unix seconds; -1 when it sent none.</summary>
    public long LastModified => Layout.ReadWord(_bytes, Layout.LastModified);

    /// <summary>nginx's clock when the response's headers came, or its last 304, in whole Unix seconds.</summary>
    public long Date => Layout.ReadWord(_bytes, Layout.Date);

    public uint KeyCrc => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[Layout.Crc..]);

    /// <summary>The cache key, taken by length: it may hold line breaks.</summary>
    public ReadOnlySpan<byte> Key => _bytes[Layout.KeyAt..(HeaderStart - 1)];

    public ReadOnlySpan<byte> ETag => Short(Layout.ETag, Layout.ETagMax);

    /// <summary>The Vary header's value; empty when the response does not vary.</summary>
    public ReadOnlySpan<byte> Vary => Short(Layout.Vary, Layout.VaryMax);

    /// <summary>The MD5 that names the file when it is not the first variant of its key; meaningless without Vary.</summary>
    public ReadOnlySpan<byte> Variant => Layout.Variant < 0 ? default : _bytes.Slice(Layout.Variant, 16);

    /// <summary>The response head as it stands in the file: HTTP, CGI, FastCGI records or HTTP/2 frames.</summary>
    public ReadOnlySpan<byte> Response => _bytes[HeaderStart..Math.Min(BodyStart, _bytes.Length)];

    /// <summary>The header from its beginning to the last-modified time: what expiring writes over.</summary>
    public ReadOnlySpan<byte> UpToLastModified => _bytes[..(Layout.LastModified + Layout.Word)];

    /// <summary>Parses the beginning of a file. With NeedsMore, <paramref name="needed"/> bytes are.</summary>
    /// <param name="whole">The bytes are all of the file, so that nothing more can be read.</param>
    public static HeadProblem Parse(ReadOnlySpan<byte> bytes, bool whole, out CacheHead head, out int needed)
    {
        head = default;
        needed = 0;
        if (bytes.Length < HeaderLayout.MostSniffed && !whole)
        {
            needed = HeaderLayout.MostSniffed;
            return HeadProblem.NeedsMore;
        }

        var layout = HeaderLayout.Detect(bytes);
        if (layout is null) return WhyUnknown(bytes);
        var headerStart = BinaryPrimitives.ReadUInt16LittleEndian(bytes[layout.HeaderStart..]);
        var bodyStart = BinaryPrimitives.ReadUInt16LittleEndian(bytes[layout.BodyStart..]);
        if (headerStart <= layout.KeyAt || bodyStart < headerStart) return HeadProblem.Corrupt;
        if (bodyStart > bytes.Length)
        {
            needed = bodyStart;
            return whole ? HeadProblem.Truncated : HeadProblem.NeedsMore;
        }

        head = new CacheHead(bytes, layout, headerStart, bodyStart);
        if (bytes[headerStart - 1] != (byte)'\n') return HeadProblem.Corrupt;
        if (head.Key.Length > MaxKey) return HeadProblem.KeyTooLong;
        return Crc32.Of(head.Key) == head.KeyCrc ? HeadProblem.None : HeadProblem.KeyCrc;
    }

    private static HeadProblem WhyUnknown(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 46) return HeadProblem.Truncated;
        var version = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (version is 2 or 3 or 5 && bytes.Length < HeaderLayout.MostSniffed) return HeadProblem.Truncated;
        var knownShape = version is 0 or 2 or 3 or 5 or > 64;
        return knownShape ? HeadProblem.NotACacheFile : HeadProblem.UnknownVersion;
    }

    private ReadOnlySpan<byte> Short(int lengthAt, int most)
    {
        if (lengthAt < 0) return default;
        var length = _bytes[lengthAt];
        return length > most ? default : _bytes.Slice(lengthAt + 1, length);
    }
}
