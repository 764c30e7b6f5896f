using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly Dictionary<byte[], Bearers> _direct = new(ByteKeys.Instance); // by URI, key or tag; the arrays are the matchers' own
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
                CollectionsMarshal.GetValueRefOrAddDefault(_direct, key, out _).Add(armed);

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
            Direct(entry.Uri, entry, stored, into);
            Direct(entry.Key, entry, stored, into);
            foreach (var tag in new TagList(entry.Tags)) Direct(tag, entry, stored, into);
            foreach (var armed in _scanned)
                if (stored <= armed.FenceEnd && !into.Contains(armed) && armed.Message.Matches(entry)) into.Add(armed);
        }
    }

    // A tag that is spelled like another's URI is found, too; whether the message means the entry is asked in any case.
    private void Direct(ReadOnlySpan<byte> text, in EntryView entry, long stored, List<ArmedMessage> into)
    {
        if (!_direct.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(text, out var bearers)) return;
        for (var i = 0; i < bearers.Count; i++)
            if (stored <= bearers[i].FenceEnd && !into.Contains(bearers[i]) && bearers[i].Message.Matches(entry)) into.Add(bearers[i]);
    }

    private void Remove(ArmedMessage armed)
    {
        var keys = KeysOf(armed, out var scanned);
        foreach (var key in keys)
        {
            ref var bearers = ref CollectionsMarshal.GetValueRefOrNullRef(_direct, key);
            if (!Unsafe.IsNullRef(ref bearers) && bearers.Remove(armed)) _direct.Remove(key);
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
                case UrlMatcher url: keys.Add(url.Uri); break;
                case KeyMatcher key: keys.Add(key.Key); break;
                case TagMatcher tags: keys.AddRange(tags.Tags); break;
                case PatternMatcher or BanMatcher: scanned = true; break;
            }
        }

        return keys;
    }

    /// <summary>The messages armed under one text: mostly one, and then no list is made for it.</summary>
    private struct Bearers
    {
        private ArmedMessage? _first;
        private List<ArmedMessage>? _more;

        public readonly int Count => _first is null ? 0 : 1 + (_more?.Count ?? 0);

        public readonly ArmedMessage this[int index] => index == 0 ? _first! : _more![index - 1];

        public void Add(ArmedMessage armed)
        {
            if (_first is null) _first = armed;
            else if (this[Count - 1] != armed) (_more ??= []).Add(armed);
        }

        /// <summary>True when none is left.</summary>
        public bool Remove(ArmedMessage armed)
        {
            if (_first == armed)
            {
                _first = _more is { Count: > 0 } ? _more[0] : null;
                _more?.RemoveAt(0);
            }
            else
            {
                _more?.Remove(armed);
            }

            if (_more?.Count == 0) _more = null;
            return _first is null;
        }
    }
}
