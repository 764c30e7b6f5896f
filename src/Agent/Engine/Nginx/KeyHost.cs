namespace Towncrier.Agent.Nginx;

/// <summary>What a key says of its host.</summary>
internal readonly ref struct KeyHost
{
    private KeyHost(ReadOnlySpan<byte> host, ReadOnlySpan<byte> other, bool isPublic, bool open, bool parsed)
    {
        Host = host;
        Other = other;
        IsPublic = isPublic;
        Open = open;
        Parsed = parsed;
    }

    public ReadOnlySpan<byte> Host { get; }

    /// <summary>
    /// "https" + "example.org" and "http" + "sexample.org" make the same key, and nginx takes them for the same entry.
    /// The second reading; empty when there is none.
    /// </summary>
    public ReadOnlySpan<byte> Other { get; }

    /// <summary>It is the name clients ask for, not an upstream's, and there is one.</summary>
    public bool IsPublic { get; }

    /// <summary>Only its beginning is known to be the host.</summary>
    public bool Open { get; }

    /// <summary>The key fits its template.</summary>
    public bool Parsed { get; }

    /// <param name="key">A key, or only its part before the URI.</param>
    public static KeyHost Of(ReadOnlySpan<byte> key, KeySplit split)
    {
        if (split.HostLength == 0) return new KeyHost(default, default, false, false, split.Parsed);
        var other = key[..split.HostAt].EndsWith("https"u8) ? key.Slice(split.HostAt - 1, split.HostLength + 1) : default;
        return new KeyHost(key.Slice(split.HostAt, split.HostLength), other, !split.HostIsUpstream, split.HostOpen, split.Parsed);
    }
}
