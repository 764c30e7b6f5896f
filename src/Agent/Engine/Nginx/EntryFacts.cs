namespace Towncrier.Agent.Nginx;

/// <summary>What is worth knowing of one cache file; views on a reader's buffers, valid until its next read.</summary>
internal ref struct EntryFacts
{
    public EntryName Name;
    public Levels Levels;

    /// <summary>The header's date: nginx's clock when it was stored or last revalidated, Unix seconds.</summary>
    public long Stored;

    /// <summary>The ticks of the second <see cref="Stored"/>, of 100 ns, where the store wrote them; -1 in nginx's own files.</summary>
    public int StoredTick;

    /// <summary>When the origin made it, at the latest; earlier than <see cref="Stored"/> if another cache held it. Unix seconds.</summary>
    public long Made;

    /// <summary>Fresh until, Unix seconds.</summary>
    public long Valid;

    /// <summary>Until when it may be served stale by its own word, Unix seconds; not before <see cref="Valid"/>. 0 where facts were passed on in a batch.</summary>
    public long StaleUntil;

    /// <summary>File size in bytes.</summary>
    public long Length;

    /// <summary>HTTP status; 0 when unreadable.</summary>
    public int Status;

    /// <summary>The response head, and with it the tags, cannot be read (HTTP/2 frames).</summary>
    public bool TagsUnreadable;

    /// <summary>The response has a Vary header.</summary>
    public bool Varies;

    public ReadOnlySpan<byte> Key;

    /// <summary>As written by <see cref="TagHeaders.Collect"/>; may repeat.</summary>
    public ReadOnlySpan<byte> Tags;

    /// <summary><see cref="Lines"/> are at hand. They are not where facts were passed on in a batch.</summary>
    public bool HasLines;

    /// <summary>The response's header lines, for <see cref="HeaderFields"/>; empty when they cannot be read.</summary>
    public ReadOnlySpan<byte> Lines;
}
