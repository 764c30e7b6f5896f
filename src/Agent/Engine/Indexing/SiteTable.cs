using System.Diagnostics.CodeAnalysis;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>The sites by their prefix and by their number. A site without entries is dropped and its number used again.</summary>
internal sealed class SiteTable
{
    private readonly Dictionary<byte[], Site> _byPrefix = new(ByteKeys.Instance);
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

    public int Count => _byPrefix.Count;

    public Site this[uint number] => _byNumber[(int)number]!;

    public IEnumerable<Site> All => _byPrefix.Values;

    public bool TryFind(ReadOnlySpan<byte> prefix, [NotNullWhen(true)] out Site? site)
        => _byPrefix.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(prefix, out site);

    /// <summary>The site of a key, made if there is none.</summary>
    public Site For(ReadOnlySpan<byte> key, KeySplit split)
    {
        var prefix = key[..split.UriAt];
        if (_last is { } last && last.Parsed == split.Parsed && prefix.SequenceEqual(last.Prefix)) return last;
        var lookup = _byPrefix.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(prefix, out var site))
        {
            if (!_free.TryPop(out var number))
            {
                number = (uint)_byNumber.Count;
                _byNumber.Add(null);
            }

            site = new Site(number, prefix.ToArray(), split, _chunks, _moved);
            _byNumber[(int)number] = site;
            _byPrefix.Add(site.Prefix, site);
        }

        return _last = site;
    }

    public void DropIfEmpty(Site site)
    {
        if (site.Entries > 0) return;
        _byPrefix.Remove(site.Prefix);
        _byNumber[(int)site.Number] = null;
        _free.Push(site.Number);
        if (ReferenceEquals(_last, site)) _last = null;
    }
}
