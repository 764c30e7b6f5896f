using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>One URL: every scheme, method and variant of it.</summary>
internal sealed class UrlMatcher(byte[] uri, HostScope scope) : IDirectMatcher
{
    public byte[] Uri => uri;

    public bool Matches(in EntryView entry) => entry.Uri.SequenceEqual(uri) && scope.Allows(entry.Host);

    public void Find(CacheIndex index, List<EntryRef> into)
    {
        foreach (var site in index.Sites())
            if (scope.Allows(site.Host)) index.CollectUrl(site, uri, into);
    }
}

/// <summary>One raw cache key, if it is of the host that is meant: every variant of it.</summary>
internal sealed class KeyMatcher(byte[] key, HostScope scope) : IDirectMatcher
{
    public byte[] Key => key;

    public bool Matches(in EntryView entry) => entry.Key.SequenceEqual(key) && scope.Allows(entry.Host);

    public void Find(CacheIndex index, List<EntryRef> into)
    {
        if (scope.Allows(KeyHost.Of(key, index.Template.Split(key)))) index.CollectKey(key, into);
    }
}

/// <summary>Entries that carry one of some tags.</summary>
internal sealed class TagMatcher(byte[][] tags, HostScope scope) : IDirectMatcher
{
    public byte[][] Tags => tags;

    public bool Matches(in EntryView entry)
    {
        if (!scope.Allows(entry.Host)) return false;
        foreach (var tag in tags)
            if (entry.HasTag(tag)) return true;
        return false;
    }

    public void Find(CacheIndex index, List<EntryRef> into)
    {
        foreach (var tag in tags) index.CollectTag(tag, scope.IsAny ? null : site => scope.Allows(site.Host), into);
    }
}

/// <summary>Entries whose URI fits a pattern; found by <see cref="PatternScan"/>.</summary>
internal sealed class PatternMatcher(ITextPattern pattern, HostScope scope) : IValueMatcher
{
    public ITextPattern Pattern => pattern;

    public HostScope Scope => scope;

    public bool Matches(in EntryView entry) => pattern.IsMatch(entry.Uri) && scope.Allows(entry.Host);
}
