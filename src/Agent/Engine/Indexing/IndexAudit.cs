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
        if (store.Recency is { } order) CheckOrder(store, order, live);
        foreach (var (site, entries) in sites) Ensure(store.Sites[site].Entries == entries, $"site {site} miscounts");
    }

    private static void CheckOrder(EntryStore store, RecencyList order, uint live)
    {
        // Each neighbour points back and is live, and there are as many as entries: so no row is in the list twice.
        var (rows, before) = (0u, EntryColumns.None);
        for (var row = order.Newest; row != EntryColumns.None; row = order.Older(row), rows++)
        {
            Ensure(rows < live, "the order of use has more rows than there are entries");
            Ensure(store.Entries.IsLive(row), $"row {row} is in the order of use and gone");
            Ensure(order.Newer(row) == before, $"row {row} of the order of use points back to another");
            before = row;
        }

        Ensure(rows == live, $"{rows} rows in the order of use, {live} live");
        Ensure(order.Oldest == before, $"the order of use ends in {order.Oldest}, not {before}");
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
