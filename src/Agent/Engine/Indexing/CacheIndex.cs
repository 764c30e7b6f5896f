using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// The index of one cache directory: every file by name, by URL and by tag. Safe for any thread; one short lock, taken
/// last and with no I/O inside. Patterns are matched on <see cref="Snapshot"/>s without it.
/// </summary>
internal sealed class CacheIndex
{
    private readonly Lock _lock = new();
    private readonly EntryStore _store;
    private bool _rescanning; // guarded by the lock

    /// <param name="recency">Keep the order of last use, for 8 bytes more an entry.</param>
    public CacheIndex(KeyTemplate template, bool recency = false)
    {
        Template = template;
        HasRecency = recency;
        _store = new EntryStore(template, recency);
        Rows = new RowWalk(_store, _lock);
    }

    public KeyTemplate Template { get; }

    /// <summary>Whether the order of last use is kept.</summary>
    public bool HasRecency { get; }

    /// <summary>All entries, for sweeps and samples.</summary>
    public RowWalk Rows { get; }

    public long Count
    {
        get { lock (_lock) return _store.Entries.Count; }
    }

    /// <summary>Bytes held, slack included.</summary>
    public long Bytes
    {
        get { lock (_lock) return _store.Bytes; }
    }

    /// <summary>
    /// Bytes the live entries alone need: what a limit is held against, for columns do not shrink and <see cref="Bytes"/> stays
    /// high after entries went. Up to a third below it in an index that only grew.
    /// </summary>
    public long LiveBytes
    {
        get { lock (_lock) return _store.LiveBytes; }
    }

    public int Tags
    {
        get { lock (_lock) return _store.Tags.Count; }
    }

    /// <summary>Takes over what a file's head says now.</summary>
    public PutOutcome Put(in EntryFacts facts)
    {
        lock (_lock) return _store.Put(facts);
    }

    /// <summary>
    /// Takes over what a scan read. An entry that was put since the scan began is left alone: that came from an event,
    /// and is newer than what the scan read, or another event follows.
    /// </summary>
    public void PutScanned(FactsBatch batch)
    {
        lock (_lock)
        {
            foreach (var facts in batch) _store.Put(facts, onlyUnseen: true);
        }
    }

    public bool Remove(EntryName name, Levels levels)
    {
        lock (_lock)
        {
            if (!_store.TryFind(name, levels, out var row)) return false;
            _store.Remove(row);
            return true;
        }
    }

    /// <summary>
    /// An entry was used: it is the most recent now. So is one that is new or was stored anew; until the first touch, scanned
    /// ones are in the order of the scan.
    /// </summary>
    /// <param name="below">Counts as used just before this one; where it is gone, before all others. Null: now.</param>
    public void Touch(EntryName name, Levels levels, EntryName? below = null)
    {
        lock (_lock)
        {
            if (_store.Recency is not { } order || !_store.TryFind(name, levels, out var row)) return;
            if (below is not { } above) order.Touch(row);
            else order.MoveBelow(row, _store.TryFind(above, levels, out var other) ? other : order.Oldest);
        }
    }

    /// <summary>The least recently used entries, the oldest first. Holds the lock for all of them: ask for some hundreds at a time.</summary>
    /// <exception cref="InvalidOperationException">The index keeps no order: a bug.</exception>
    public void CollectOldest(int count, List<ListedEntry> into)
    {
        lock (_lock)
        {
            for (var row = Order.Oldest; row != EntryColumns.None && count-- > 0; row = Order.Newer(row)) into.Add(_store.Listed(row));
        }
    }

    /// <summary>The most recently used entries, the newest first; otherwise as <see cref="CollectOldest"/>.</summary>
    /// <exception cref="InvalidOperationException">The index keeps no order: a bug.</exception>
    public void CollectNewest(int count, List<ListedEntry> into)
    {
        lock (_lock)
        {
            for (var row = Order.Newest; row != EntryColumns.None && count-- > 0; row = Order.Older(row)) into.Add(_store.Listed(row));
        }
    }

    /// <summary>
    /// For whoever is about to remove a file, or to find that it is gone: <see cref="EndRemoval"/> removes the entry only
    /// if it has not been put again in between. Without this, a file that nginx stores anew in the same moment would be
    /// on disk and not in the index.
    /// </summary>
    public RemovalTicket BeginRemoval(EntryName name, Levels levels)
    {
        lock (_lock)
            return _store.TryFind(name, levels, out var row) ? new RemovalTicket(row, _store.Entries.Generation(row)) : RemovalTicket.Unknown;
    }

    public void EndRemoval(EntryName name, Levels levels, RemovalTicket ticket)
    {
        lock (_lock)
        {
            if (_store.TryFind(name, levels, out var row) && new RemovalTicket(row, _store.Entries.Generation(row)) == ticket) _store.Remove(row);
        }
    }

    /// <summary>Notes a valid time that is about to be written to the file, so that the write's event finds it known.</summary>
    public void SetValid(EntryName name, Levels levels, long seconds)
    {
        lock (_lock)
        {
            if (_store.TryFind(name, levels, out var row)) _store.Entries.SetValid(row, seconds);
        }
    }

    /// <summary>
    /// From now on, entries that are put are marked as seen by this rescan. One that was given up before its
    /// <see cref="SweepUnseen"/> left both marks behind: then all are marked as unseen first.
    /// </summary>
    public void BeginRescan()
    {
        lock (_lock)
        {
            if (_rescanning) _store.Entries.MarkAll(_store.Epoch);
            _rescanning = true;
            _store.Epoch = !_store.Epoch;
        }
    }

    /// <summary>Removes what the rescan has not seen. Holds the lock for at most 4,096 entries at a time.</summary>
    public long SweepUnseen()
    {
        var removed = 0L;
        for (var from = 0u; ; from += 4096)
        {
            lock (_lock)
            {
                var end = Math.Min(from + 4096, _store.Entries.Used);
                for (var row = from; row < end; row++)
                {
                    if (!_store.Entries.IsLive(row) || _store.Entries.Epoch(row) == _store.Epoch) continue;
                    _store.Remove(row);
                    removed++;
                }

                if (end < _store.Entries.Used) continue;
                _rescanning = false;
                return removed;
            }
        }
    }

    public Site[] Sites()
    {
        lock (_lock) return [.. _store.Sites.All];
    }

    /// <summary>The records of one site, to be read without the lock; confirm what is found in them.</summary>
    public ArraySegment<byte>[] Snapshot(Site site)
    {
        lock (_lock) return site.Keys.Snapshot();
    }

    /// <summary>Every file of a URL: all that share site and URI.</summary>
    public void CollectUrl(Site site, ReadOnlySpan<byte> uri, List<EntryRef> into)
    {
        lock (_lock)
        {
            for (var row = _store.FirstOf(site, uri); row != EntryColumns.None; row = _store.Entries.Next(row))
                into.Add(_store.RefOf(row));
        }
    }

    /// <summary>Every file of a raw key.</summary>
    public void CollectKey(ReadOnlySpan<byte> key, List<EntryRef> into)
    {
        var split = Template.Split(key);
        lock (_lock)
        {
            if (!_store.Sites.TryFind(key, split, out var site)) return;
            var uri = key.Slice(split.UriAt, split.UriLength);
            for (var row = _store.FirstOf(site, uri); row != EntryColumns.None; row = _store.Entries.Next(row))
                if (_store.Record(row).Text.SequenceEqual(key[split.UriAt..])) into.Add(_store.RefOf(row));
        }
    }

    /// <summary>Every file that carries a tag, on the sites asked for.</summary>
    public void CollectTag(ReadOnlySpan<byte> text, Func<Site, bool>? only, List<EntryRef> into)
    {
        lock (_lock)
        {
            if (!_store.Tags.TryFind(text, out var tag)) return;
            var from = into.Count;
            foreach (var row in _store.Tags.Posting(tag))
                if (_store.Carries(row, tag) && (only is null || only(_store.SiteOf(row)))) into.Add(_store.RefOf(row));
            EntryRefs.Distinct(into, from);
        }
    }

    /// <summary>Every file of a site.</summary>
    public void CollectSite(Site site, List<EntryRef> into)
    {
        lock (_lock)
        {
            foreach (var part in site.Keys.Snapshot())
                foreach (var record in new RecordWalk(part))
                    if (record.Row != Arena.Dead) into.Add(_store.RefOf(record.Row));
        }
    }

    /// <summary>
    /// Turns what was found in one chunk of a snapshot into references; drops what is gone or another entry's by now.
    /// </summary>
    /// <param name="into">By the number of the value.</param>
    public void Confirm(Site site, ReadOnlySpan<byte> chunk, List<Hit> hits, Func<int, List<EntryRef>> into)
    {
        for (var from = 0; from < hits.Count; from += 256)
        {
            lock (_lock)
            {
                for (var i = from; i < Math.Min(from + 256, hits.Count); i++)
                {
                    var hit = hits[i];
                    if (!_store.Entries.IsLive(hit.Row) || _store.SiteOf(hit.Row) != site) continue;
                    if (_store.Record(hit.Row).Text.SequenceEqual(chunk.Slice(hit.At, hit.Length))) into(hit.Value).Add(_store.RefOf(hit.Row));
                }
            }
        }
    }

    /// <summary>What is known of an entry; null when it is gone.</summary>
    public IndexedEntry? Describe(EntryRef entry)
    {
        lock (_lock)
        {
            if (!_store.TryFind(entry.Name, entry.Levels, out var row)) return null;
            return IndexedEntry.From(_store, row);
        }
    }

    /// <summary>When an entry was stored and until when it is fresh, in Unix seconds; zeroes when it is gone.</summary>
    public (long Stored, long Valid) TimesOf(EntryRef entry)
    {
        lock (_lock)
        {
            return _store.TryFind(entry.Name, entry.Levels, out var row) ? (_store.Entries.Stored(row), _store.Entries.Valid(row)) : default;
        }
    }

    /// <summary>What the index knows of an entry's head, times in Unix seconds; null when it is gone.</summary>
    public (int Status, long Stored, long Valid)? HeadOf(EntryRef entry)
    {
        lock (_lock)
        {
            if (!_store.TryFind(entry.Name, entry.Levels, out var row)) return null;
            return (_store.Entries.Status(row), _store.Entries.Stored(row), _store.Entries.Valid(row));
        }
    }

    /// <summary>Recounts everything that is kept twice.</summary>
    /// <exception cref="InvalidOperationException">Something does not agree: a bug.</exception>
    public void CheckIntegrity()
    {
        lock (_lock) IndexAudit.Check(_store);
    }

    private RecencyList Order => _store.Recency ?? throw new InvalidOperationException("this index keeps no order of use");
}
