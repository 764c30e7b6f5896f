using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>
/// Finds what the bans of one message may mean, by what the index knows: URL, host, status and times. The bans share one
/// list, since their number times the cache's entries would not fit anywhere; the files' heads tell later which ban means what.
/// </summary>
internal static class BanSearch
{
    private const int MostAsked = 16; // bans for which it pays to ask the index before a file is opened

    /// <summary>Each entry once; those that no ban may mean are left out.</summary>
    public static List<EntryRef> Run(IReadOnlyList<BanMatcher> bans, CacheIndex index)
    {
        var found = new List<EntryRef>();
        var scanned = new List<ScannedValue>();
        var anywhere = bans.Where(ban => ban is { Uri: null, Pattern: EverythingPattern }).ToArray();
        if (anywhere.Length > 0)
            scanned.Add(new ScannedValue(new EverythingPattern(), host => AnyOf(anywhere, host), found));
        foreach (var ban in bans)
        {
            if (ban.Uri is { } uri) Collect(index, ban, uri, found);
            else if (ban.Pattern is not EverythingPattern) scanned.Add(new ScannedValue(ban.Pattern, ban.MayBeOf, found));
        }

        if (scanned.Count > 0) new PatternScan(index).Run(scanned);
        if (bans.Count > 1) found = [.. found.Distinct()];
        if (bans.Count <= MostAsked) found.RemoveAll(entry => !MayBeMeant(bans, index, entry));
        return found;
    }

    private static void Collect(CacheIndex index, BanMatcher ban, byte[] uri, List<EntryRef> into)
    {
        foreach (var site in index.Sites())
            if (ban.MayBeOf(site.Host)) index.CollectUrl(site, uri, into);
    }

    private static bool AnyOf(BanMatcher[] bans, Nginx.KeyHost host)
    {
        foreach (var ban in bans)
            if (ban.MayBeOf(host)) return true;
        return false;
    }

    private static bool MayBeMeant(IReadOnlyList<BanMatcher> bans, CacheIndex index, EntryRef entry)
    {
        if (index.HeadOf(entry) is not { } head) return false;
        foreach (var ban in bans)
            if (ban.MayMean(head.Status, head.Stored, head.Valid)) return true;
        return false;
    }
}
