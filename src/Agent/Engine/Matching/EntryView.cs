using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>One entry as selectors look at it: read from its file just now, or about to be.</summary>
internal readonly ref struct EntryView
{
    private EntryView(ReadOnlySpan<byte> key, KeySplit split, ReadOnlySpan<byte> tags)
    {
        Key = key;
        Host = KeyHost.Of(key, split);
        Uri = key.Slice(split.UriAt, split.UriLength);
        Tags = tags;
    }

    public ReadOnlySpan<byte> Key { get; }

    public KeyHost Host { get; }

    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>As written by <see cref="TagHeaders.Collect"/>.</summary>
    public ReadOnlySpan<byte> Tags { get; }

    public static EntryView Of(KeyTemplate template, in EntryFacts facts) => new(facts.Key, template.Split(facts.Key), facts.Tags);

    public bool HasTag(ReadOnlySpan<byte> tag)
    {
        foreach (var own in new TagList(Tags))
            if (own.SequenceEqual(tag)) return true;
        return false;
    }
}
