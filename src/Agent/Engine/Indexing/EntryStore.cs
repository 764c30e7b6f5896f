using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// The index without its lock: columns of entries, found by file name, by URL and by tag. About 70 bytes an entry and
/// its key; every structure gives back what removed entries held.
/// </summary>
internal sealed class EntryStore
{
    private readonly KeyTemplate _template;
    private readonly EntryColumns _entries = new();
    private readonly Chunks _chunks = new();
    private readonly SiteTable _sites;
    private readonly Slots _names;
    private readonly Slots _urls;
    private readonly TagIndex _tags;
    private uint[] _tagScratch = new uint[64];
    private byte[] _recordScratch = new byte[4096];

    public EntryStore(KeyTemplate template, bool recency)
    {
        _template = template;
        if (recency) Recency = new RecencyList();
        _sites = new SiteTable(_chunks, (row, at) => _entries.RecordAt(row) = at);
        _names = new Slots(row => HashOf(_entries.Name(row)));
        _urls = new Slots(HashOfUrl);
        _tags = new TagIndex(Carries);
    }

    public EntryColumns Entries => _entries;

    public SiteTable Sites => _sites;

    public TagIndex Tags => _tags;

    public Slots Urls => _urls;

    public Slots Names => _names;

    /// <summary>The order of last use; null where none is kept.</summary>
    public RecencyList? Recency { get; }

    /// <summary>Which rescan is under way; entries put now are marked as seen by it.</summary>
    public bool Epoch { get; set; }

    public long Bytes => _entries.Bytes + (Recency?.Bytes ?? 0) + _chunks.Bytes + _names.Bytes + _urls.Bytes + _tags.Bytes;

    /// <summary>What the live entries alone need, the same for every index that holds the same.</summary>
    public long LiveBytes
        => ((long)_entries.Count * (EntryColumns.BytesPerRow + (Recency is null ? 0 : RecencyList.BytesPerRow)))
            + _chunks.LiveBytes + _names.LiveBytes + _urls.LiveBytes + _tags.LiveBytes;

    public KeyRecord Record(uint row) => KeyRecord.Read(_chunks.At(_entries.RecordAt(row)));

    public Site SiteOf(uint row) => _sites[_chunks.OwnerOf(_entries.RecordAt(row))];

    public EntryRef RefOf(uint row) => new(row, _entries.Name(row), _entries.Levels(row));

    public ListedEntry Listed(uint row) => new(RefOf(row), _entries.Length(row), _entries.Stored(row), _entries.Valid(row));

    public bool TryFind(EntryName name, Levels levels, out uint row)
    {
        var hash = HashOf(name);
        for (var slot = _names.First(hash); _names.TryGet(slot, out row); slot = _names.Next(slot))
            if (_names.MayBe(slot, hash) && _entries.Name(row) == name && _entries.Levels(row) == levels) return true;
        return false;
    }

    /// <param name="onlyUnseen">Leave an entry alone that the rescan under way has seen.</param>
    public PutOutcome Put(in EntryFacts facts, bool onlyUnseen = false)
    {
        var split = _template.Split(facts.Key);
        if (!TryFind(facts.Name, facts.Levels, out var row))
        {
            row = _entries.Add(facts, Epoch);
            Attach(row, facts, split);
            _names.Add(HashOf(facts.Name), row);
            Recency?.Add(row, isFound: onlyUnseen);
            return PutOutcome.Added;
        }

        if (onlyUnseen && _entries.Epoch(row) == Epoch) return PutOutcome.Same;
        var storedBefore = _entries.Stored(row);
        var changed = _entries.Set(row, facts, Epoch);
        if (_entries.Stored(row) != storedBefore) Recency?.Touch(row);
        if (SameRecord(row, facts, split)) return changed ? PutOutcome.Changed : PutOutcome.Same;
        Replace(row, facts, split);
        return PutOutcome.Changed;
    }

    public void Remove(uint row)
    {
        var slot = _names.First(HashOf(_entries.Name(row)));
        while (_names.TryGet(slot, out var other) && other != row) slot = _names.Next(slot);
        _names.RemoveAt(slot);
        var tags = TagsOf(row);
        Detach(row, _entries.RecordAt(row));
        _entries.Free(row);
        Recency?.Remove(row);
        foreach (var tag in tags) _tags.Release(tag);
    }

    /// <summary>Whether a row is live and carries a tag.</summary>
    public bool Carries(uint row, uint tag) => _entries.IsLive(row) && Record(row).Tags.BinarySearch(tag) >= 0;

    /// <summary>The first file of a URL of one site; the others follow through the next column.</summary>
    public uint FirstOf(Site site, ReadOnlySpan<byte> uri)
    {
        var hash = HashOf(site, uri);
        for (var slot = _urls.First(hash); _urls.TryGet(slot, out var row); slot = _urls.Next(slot))
            if (_urls.MayBe(slot, hash) && IsOf(row, site, uri)) return row;
        return EntryColumns.None;
    }

    private static uint HashOf(EntryName name) => TextHash.Mix((ulong)name.Value);

    private static uint HashOf(Site site, ReadOnlySpan<byte> uri) => TextHash.Of(uri, site.Number);

    private uint HashOfUrl(uint row) => HashOf(SiteOf(row), Record(row).Uri);

    private bool IsOf(uint row, Site site, ReadOnlySpan<byte> uri)
        => ReferenceEquals(SiteOf(row), site) && Record(row).Uri.SequenceEqual(uri);

    private void Replace(uint row, in EntryFacts facts, KeySplit split)
    {
        // New tags first: one that stays must not drop to nothing in between.
        var old = TagsOf(row);
        var oldAt = _entries.RecordAt(row);
        Unchain(row);
        Attach(row, facts, split);
        Kill(oldAt);
        foreach (var tag in old) _tags.Release(tag);
    }

    private void Attach(uint row, in EntryFacts facts, KeySplit split)
    {
        var site = _sites.For(facts.Key, split);
        var tags = Intern(facts.Tags);
        var text = facts.Key[split.UriAt..];
        var size = KeyRecord.SizeFor(tags.Length, text.Length, split.UriLength);
        if (_recordScratch.Length < size) _recordScratch = new byte[size * 2];
        KeyRecord.Write(_recordScratch, row, tags, text, split.UriLength);
        _entries.RecordAt(row) = site.Keys.Append(_recordScratch.AsSpan(0, size));
        site.Entries++;
        Chain(row, site, text[..split.UriLength]);
        foreach (var tag in tags) _tags.Add(tag, row);
    }

    private void Chain(uint row, Site site, ReadOnlySpan<byte> uri)
    {
        var hash = HashOf(site, uri);
        for (var slot = _urls.First(hash); _urls.TryGet(slot, out var head); slot = _urls.Next(slot))
        {
            if (!_urls.MayBe(slot, hash) || !IsOf(head, site, uri)) continue;
            _entries.Next(row) = head;
            _urls.Replace(slot, row);
            return;
        }

        _entries.Next(row) = EntryColumns.None;
        _urls.Add(hash, row);
    }

    private void Detach(uint row, uint recordAt)
    {
        Unchain(row);
        Kill(recordAt);
    }

    private void Kill(uint recordAt)
    {
        var site = _sites[_chunks.OwnerOf(recordAt)];
        site.Entries--;
        site.Keys.Kill(recordAt);
        _sites.DropIfEmpty(site);
    }

    private void Unchain(uint row)
    {
        var hash = HashOfUrl(row);
        var slot = _urls.First(hash);
        uint head;
        while (_urls.TryGet(slot, out head) && !(_urls.MayBe(slot, hash) && SameUrl(head, row))) slot = _urls.Next(slot);
        if (head != row)
        {
            while (_entries.Next(head) != row) head = _entries.Next(head);
            _entries.Next(head) = _entries.Next(row);
        }
        else if (_entries.Next(row) != EntryColumns.None)
        {
            _urls.Replace(slot, _entries.Next(row));
        }
        else
        {
            _urls.RemoveAt(slot);
        }
    }

    private bool SameUrl(uint a, uint b) => a == b || IsOf(a, SiteOf(b), Record(b).Uri);

    private bool SameRecord(uint row, in EntryFacts facts, KeySplit split)
    {
        var record = Record(row);
        return record.UriLength == split.UriLength
            && record.Text.SequenceEqual(facts.Key[split.UriAt..])
            && SiteOf(row).Parsed == split.Parsed
            && facts.Key[..split.UriAt].SequenceEqual(SiteOf(row).Prefix)
            && Known(facts.Tags, out var tags)
            && record.Tags.SequenceEqual(tags);
    }

    private uint[] TagsOf(uint row) => Record(row).Tags.ToArray();

    private bool Known(ReadOnlySpan<byte> encoded, out ReadOnlySpan<uint> tags)
    {
        var count = 0;
        tags = default;
        foreach (var text in new TagList(encoded))
        {
            if (!_tags.TryFind(text, out var tag)) return false;
            Note(ref count, tag);
        }

        tags = Distinct(count);
        return true;
    }

    private ReadOnlySpan<uint> Intern(ReadOnlySpan<byte> encoded)
    {
        var count = 0;
        foreach (var text in new TagList(encoded)) Note(ref count, _tags.Intern(text));
        return Distinct(count);
    }

    private void Note(ref int count, uint tag)
    {
        if (count == _tagScratch.Length) Array.Resize(ref _tagScratch, count * 2);
        _tagScratch[count++] = tag;
    }

    private ReadOnlySpan<uint> Distinct(int count)
    {
        var tags = _tagScratch.AsSpan(0, count);
        tags.Sort();
        var kept = 0;
        for (var i = 0; i < count; i++)
            if (i == 0 || tags[i] != tags[i - 1]) tags[kept++] = tags[i];
        return tags[..kept];
    }
}
