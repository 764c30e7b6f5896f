using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>One entry as selectors look at it: read from its file just now, or about to be.</summary>
internal readonly ref struct EntryView
{
    private readonly ReadOnlySpan<byte> _lines;

    private EntryView(KeySplit split, in EntryFacts facts)
    {
        Key = facts.Key;
        Host = KeyHost.Of(facts.Key, split);
        Uri = facts.Key.Slice(split.UriAt, split.UriLength);
        Tags = facts.Tags;
        Status = facts.Status;
        Made = facts.Made;
        Valid = facts.Valid;
        HeadKnown = facts.HasLines;
        _lines = facts.Lines;
    }

    public ReadOnlySpan<byte> Key { get; }

    public KeyHost Host { get; }

    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>As written by <see cref="TagHeaders.Collect"/>.</summary>
    public ReadOnlySpan<byte> Tags { get; }

    /// <summary>HTTP status; 0 when unreadable.</summary>
    public int Status { get; }

    /// <summary>When the origin made it, at the latest, in Unix seconds.</summary>
    public long Made { get; }

    /// <summary>Fresh until, in Unix seconds.</summary>
    public long Valid { get; }

    /// <summary>The response's header fields are at hand; otherwise <see cref="Fields"/> are none.</summary>
    public bool HeadKnown { get; }

    public HeaderFields Fields => new(_lines);

    public static EntryView Of(KeyTemplate template, in EntryFacts facts) => new(template.Split(facts.Key), facts);

    public bool HasTag(ReadOnlySpan<byte> tag)
    {
        foreach (var own in new TagList(Tags))
            if (own.SequenceEqual(tag)) return true;
        return false;
    }
}
