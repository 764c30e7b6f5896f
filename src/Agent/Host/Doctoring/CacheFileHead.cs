using Towncrier.Agent.Nginx;

namespace Towncrier.Host.Doctoring;

/// <summary>What the first bytes of a file in a cache directory look like.</summary>
internal enum HeadKind
{
    /// <summary>Header version 5 of a 64-bit nginx.</summary>
    Current,

    /// <summary>A cache file, but of another nginx version or word size.</summary>
    OtherVersion,

    /// <summary>Current, with the upstream's head as HTTP/2 frames.</summary>
    Http2,

    /// <summary>No cache file, or not yet one.</summary>
    Unknown,
}

/// <summary>Judges the first bytes of a cache file. Pure; judges what there is, and knows all it can from <see cref="Needed"/> bytes.</summary>
internal static class CacheFileHead
{
    /// <summary>nginx keeps the whole head within proxy_buffer_size, 4 KiB by default.</summary>
    public const int Needed = 4096;

    public static HeadKind Judge(ReadOnlySpan<byte> bytes)
    {
        var problem = CacheHead.Parse(bytes, whole: false, out var head, out _);
        if (problem == HeadProblem.UnknownVersion) return HeadKind.OtherVersion;
        var layout = HeaderLayout.Detect(bytes);
        if (layout is null) return HeadKind.Unknown;
        if (!ReferenceEquals(layout, HeaderLayout.V5)) return HeadKind.OtherVersion;
        if (problem is not (HeadProblem.None or HeadProblem.KeyCrc)) return HeadKind.Current; // longer than what was read, or damaged: a scan tells
        return ResponseHead.Parse(head.Response, new byte[head.Response.Length]).Readable ? HeadKind.Current : HeadKind.Http2;
    }
}
