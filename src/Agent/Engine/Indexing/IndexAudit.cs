namespace Towncrier.Agent.Indexing;

/// <summary>Checks that what the index keeps in several places agrees; every concurrency test ends in it.</summary>
internal static class IndexAudit
{
    /// <exception cref="InvalidOperationException">Two places disagree.</exception>
    public static void Check(EntryStore store)
    {
        var live = 0u;
        var heads = new HashSet<uint>();
        var sites = new Dictionary<uint, int>();
        var carried = new Dictionary<uint, int>();
        for (var row = 0u; row < store.Entries.Used; row++)
        {
            if (!store.Entries.IsLive(row)) continue;
            live++;
            var record = store.Record(row);
            Ensure(record.Row == row, $"row {row}'s record belongs to {record.Row}");
            Ensure(store.TryFind(store.Entries.Name(row), store.Entries.Levels(row), out var found) && found == row, $"row {row} is not found by name");
            var site = store.SiteOf(row);
            sites[site.Number] = sites.GetValueOrDefault(site.Number) + 1;
            Ensure(InChain(store, row), $"row {row} is not found by its URL");
            heads.Add(store.FirstOf(site, record.Uri));
            foreach (var tag in record.Tags)
            {
                carried[tag] = carried.GetValueOrDefault(tag) + 1;
                Ensure(store.Tags.Posting(tag).Contains(row), $"row {row} is not in the posting of tag {tag}");
            }
        }

        Ensure(live == store.Entries.Count, $"{live} live rows, {store.Entries.Count} counted");
        Ensure(store.Names.Count == live, $"{store.Names.Count} names, {live} rows");
        Ensure(store.Urls.Count == heads.Count, $"{store.Urls.Count} URLs, {heads.Count} chains");
        Ensure(store.Tags.Count == carried.Count, $"{store.Tags.Count} tags, {carried.Count} carried");
        Ensure(store.Sites.Count == sites.Count, $"{store.Sites.Count} sites, {sites.Count} used");
        foreach (var (site, entries) in sites) Ensure(store.Sites[site].Entries == entries, $"site {site} miscounts");
    }

    private static bool InChain(EntryStore store, uint row)
    {
        var at = store.FirstOf(store.SiteOf(row), store.Record(row).Uri);
        while (at != EntryColumns.None && at != row) at = store.Entries.Next(at);
        return at == row;
    }

    private static void Ensure(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException("index: " + what);
    }
}
