using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Matching.Bans;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// The armed invalidations of one cache, found by URL, key or tag so that an arriving entry meets few of them; patterns
/// are all tried. Ordered by age: an entry stored after every one that could catch it costs one comparison. One lock,
/// a leaf; matching happens inside, disk never.
/// </summary>
internal sealed class ArmedSet(int most)
{
    private readonly Lock _lock = new();
    private readonly Queue<ArmedMessage> _all = new();
    private readonly Dictionary<byte[], List<ArmedMessage>> _direct = new(ByteKeys.Instance);
    private readonly List<ArmedMessage> _scanned = [];
    private long _latest; // the youngest one's fence end: entries made later meet none

    public int Count
    {
        get { lock (_lock) return _all.Count; }
    }

    /// <summary>Messages dropped before their time because there were too many.</summary>
    public long Dropped { get; private set; }

    public void Arm(ArmedMessage armed)
    {
        lock (_lock)
        {
            if (_all.Count >= most)
            {
                Dropped++;
                Remove(_all.Dequeue());
            }

            _all.Enqueue(armed);
            _latest = Math.Max(_latest, armed.FenceEnd);
            var keys = KeysOf(armed, out var scanned);
            foreach (var key in keys)
            {
                if (!_direct.TryGetValue(key, out var list)) _direct[key] = list = [];
                if (list.Count == 0 || list[^1] != armed) list.Add(armed);
            }

            if (scanned) _scanned.Add(armed);
        }
    }

    /// <summary>Lets a message go before its time. Its place in the order of age is given up when those before it go.</summary>
    public void Disarm(ArmedMessage armed)
    {
        lock (_lock)
        {
            armed.Disarm();
            Remove(armed);
            while (_all.TryPeek(out var oldest) && oldest.Disarmed) _all.Dequeue();
        }
    }

    /// <summary>Forgets what was received before a time, in Unix seconds.</summary>
    public void Expire(long before)
    {
        lock (_lock)
        {
            while (_all.TryPeek(out var oldest) && oldest.At < before) Remove(_all.Dequeue());
        }
    }

    /// <summary>The messages that mean an entry and may concern it, judged by when it was stored.</summary>
    public void Collect(in EntryView entry, long stored, List<ArmedMessage> into)
    {
        lock (_lock)
        {
            if (_all.Count == 0 || stored > _latest) return;
            Direct(entry.Uri, 'u', entry, stored, into);
            Direct(entry.Key, 'k', entry, stored, into);
            foreach (var tag in new TagList(entry.Tags)) Direct(tag, 't', entry, stored, into);
            foreach (var armed in _scanned)
                if (stored <= armed.FenceEnd && !into.Contains(armed) && armed.Message.Matches(entry)) into.Add(armed);
        }
    }

    private void Direct(ReadOnlySpan<byte> text, char kind, in EntryView entry, long stored, List<ArmedMessage> into)
    {
        Span<byte> key = text.Length < 1024 ? stackalloc byte[text.Length + 1] : new byte[text.Length + 1];
        key[0] = (byte)kind;
        text.CopyTo(key[1..]);
        if (!_direct.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var list)) return;
        foreach (var armed in list)
            if (stored <= armed.FenceEnd && !into.Contains(armed) && armed.Message.Matches(entry)) into.Add(armed);
    }

    private void Remove(ArmedMessage armed)
    {
        var keys = KeysOf(armed, out var scanned);
        foreach (var key in keys)
        {
            if (!_direct.TryGetValue(key, out var list)) continue;
            list.Remove(armed);
            if (list.Count == 0) _direct.Remove(key);
        }

        if (scanned) _scanned.Remove(armed);
    }

    private static List<byte[]> KeysOf(ArmedMessage armed, out bool scanned)
    {
        var keys = new List<byte[]>();
        scanned = false;
        foreach (var value in armed.Message.Values)
        {
            switch (value.Matcher)
            {
                case UrlMatcher url: keys.Add([(byte)'u', .. url.Uri]); break;
                case KeyMatcher key: keys.Add([(byte)'k', .. key.Key]); break;
                case TagMatcher tags: keys.AddRange(tags.Tags.Select(tag => (byte[])[(byte)'t', .. tag])); break;
                case PatternMatcher or BanMatcher: scanned = true; break;
            }
        }

        return keys;
    }
}
