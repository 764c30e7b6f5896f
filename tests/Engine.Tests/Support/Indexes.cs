using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Support;

/// <summary>Asks an index in strings.</summary>
internal static class Indexes
{
    public static CacheIndex New(string template = "$scheme$host$request_uri", bool recency = false)
    {
        KeyTemplate.TryParse(template, out var parsed, out var problem).ShouldBeTrue(problem);
        return new CacheIndex(parsed, recency);
    }

    public static CacheIndex Of(params string[] keys)
    {
        var index = New();
        foreach (var key in keys) new Facts(key, []).PutInto(index);
        return index;
    }

    public static EntryName[] Url(this CacheIndex index, string uri)
    {
        var found = new List<EntryRef>();
        foreach (var site in index.Sites()) index.CollectUrl(site, Encoding.UTF8.GetBytes(uri), found);
        return Names(found);
    }

    public static EntryName[] Key(this CacheIndex index, string key)
    {
        var found = new List<EntryRef>();
        index.CollectKey(Encoding.UTF8.GetBytes(key), found);
        return Names(found);
    }

    public static EntryName[] Tag(this CacheIndex index, string tag)
    {
        var found = new List<EntryRef>();
        index.CollectTag(Encoding.UTF8.GetBytes(tag), null, found);
        return Names(found);
    }

    public static EntryName[] Everything(this CacheIndex index)
    {
        var found = new List<EntryRef>();
        foreach (var site in index.Sites()) index.CollectSite(site, found);
        return Names(found);
    }

    private static EntryName[] Names(List<EntryRef> found) => [.. found.Select(e => e.Name).OrderBy(n => n.Value)];
}
