using System.Diagnostics.CodeAnalysis;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// The sites by their prefix and by their number. A site without entries is dropped and its number used again. Keys that
/// do not fit the template have a site of their own: their prefix is empty, and so may that of keys that do fit be.
/// </summary>
internal sealed class SiteTable
{
    private readonly Dictionary<byte[], Site> _byPrefix = new(ByteKeys.Instance);
    private Site? _unparsed;
    private readonly List<Site?> _byNumber = [];
    private readonly Stack<uint> _free = new();
    private readonly Chunks _chunks;
    private readonly Action<uint, uint> _moved;
    private Site? _last;

    public SiteTable(Chunks chunks, Action<uint, uint> moved)
    {
        _chunks = chunks;
        _moved = moved;
    }

    public int Count => _byPrefix.Count + (_unparsed is null ? 0 : 1);

    public Site this[uint number] => _byNumber[(int)number]!;

    public IEnumerable<Site> All => _unparsed is null ? _byPrefix.Values : _byPrefix.Values.Append(_unparsed);

    public bool TryFind(ReadOnlySpan<byte> key, KeySplit split, [NotNullWhen(true)] out Site? site)
    {
        if (split.Parsed) return _byPrefix.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key[..split.UriAt], out site);
        site = _unparsed;
        return site is not null;
    }

    /// <summary>The site of a key, made if there is none.</summary>
    public Site For(ReadOnlySpan<byte> key, KeySplit split)
    {
        var prefix = key[..split.UriAt];
        if (_last is { } last && last.Parsed == split.Parsed && prefix.SequenceEqual(last.Prefix)) return last;
        return _last = TryFind(key, split, out var site) ? site : Make(prefix, split);
    }

    public void DropIfEmpty(Site site)
    {
        if (site.Entries > 0) return;
        if (site.Parsed) _byPrefix.Remove(site.Prefix);
        else _unparsed = null;
        _byNumber[(int)site.Number] = null;
        _free.Push(site.Number);
        if (ReferenceEquals(_last, site)) _last = null;
    }

    private Site Make(ReadOnlySpan<byte> prefix, KeySplit split)
    {
        if (!_free.TryPop(out var number))
        {
            number = (uint)_byNumber.Count;
            _byNumber.Add(null);
        }

        var site = new Site(number, prefix.ToArray(), split, _chunks, _moved);
        _byNumber[(int)number] = site;
        if (site.Parsed) _byPrefix.Add(site.Prefix, site);
        else _unparsed = site;
        return site;
    }
}
