using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Indexing;

/// <summary>Random operations on the index and on a dictionary that is plainly right; after each, both say the same.</summary>
public sealed class Against_a_model
{
    private readonly Dictionary<EntryName, Facts> _model = [];
    private readonly HashSet<EntryName> _seen = [];
    private CacheIndex _index = null!;
    private Random _random = null!;

    [Theory]
    [InlineData(1, 20, 200, "$scheme$host$request_uri")]
    [InlineData(2, 2000, 40, "$scheme$host$request_uri|$cookie_x")]
    [InlineData(3, 300, 2, "auto")]
    [InlineData(4, 6, 3, "$request_uri")]
    public void The_index_says_what_the_model_says(int seed, int urls, int tags, string template)
    {
        _random = new Random(seed);
        _index = Indexes.New(template, recency: seed % 2 == 0);
        for (var i = 0; i < 60_000; i++)
        {
            Step(urls, tags);
            if (i % 7 == 0) Compare(urls, tags);
            if (i % 4000 == 0) _index.CheckIntegrity();
        }

        _index.CheckIntegrity();
        _index.Everything().ShouldBe([.. _model.Keys.OrderBy(n => n.Value)]);
        foreach (var name in _model.Keys.ToArray()) _index.Remove(name, _model[name].Levels).ShouldBeTrue();
        _index.CheckIntegrity();
        (_index.Count, _index.Tags, _index.Sites().Length).ShouldBe((0L, 0, 0));
    }

    private void Step(int urls, int tags)
    {
        switch (_random.Next(100))
        {
            case < 55: Put(Any(urls, tags)); break;
            case < 60 when _model.Count > 0: Put(AnyKnown() with { }); break;
            case < 68 when _model.Count > 0: Put(AnyKnown() with { Stored = _random.Next(1, 1 << 30) }); break;
            case < 75 when _model.Count > 0: Put(AnyKnown() with { Tags = SomeTags(tags) }); break;
            case < 80 when _model.Count > 0: Put(AnyKnown() with { Key = AnyKey(urls) }); break;
            case < 95:
                var gone = _random.Next(3) > 0 && _model.Count > 0 ? AnyKnown() : Any(urls, tags);
                _index.Remove(gone.Name, gone.Levels).ShouldBe(_model.Remove(gone.Name));
                break;
            case < 99 when _model.Count > 0:
                var known = AnyKnown();
                _index.SetValid(known.Name, known.Levels, known.Valid - 5);
                _model[known.Name] = known with { Valid = known.Valid - 5 };
                break;
            default:
                if (_random.Next(60) == 0) Rescan(urls, tags);
                break;
        }
    }

    private void Put(Facts facts)
    {
        var known = _model.GetValueOrDefault(facts.Name);
        var expected = known is null ? PutOutcome.Added : Same(known, facts) ? PutOutcome.Same : PutOutcome.Changed;
        facts.PutInto(_index).ShouldBe(expected);
        _model[facts.Name] = facts;
        _seen.Add(facts.Name);
    }

    /// <summary>Some entries are seen by the scan, some come by events meanwhile, and the rest goes.</summary>
    private void Rescan(int urls, int tags)
    {
        _index.BeginRescan();
        _seen.Clear();
        for (var i = 0; i < 20; i++) Put(Any(urls, tags));
        foreach (var facts in _model.Values.ToArray())
        {
            if (_random.Next(5) == 0) continue;
            var scanned = facts with { Stored = 1 };
            scanned.PutScannedInto(_index);
            if (_seen.Add(facts.Name)) _model[facts.Name] = scanned;
        }

        var unseen = _model.Keys.Where(name => !_seen.Contains(name)).ToArray();
        _index.SweepUnseen().ShouldBe(unseen.Length);
        foreach (var name in unseen) _model.Remove(name);
    }

    private void Compare(int urls, int tags)
    {
        var key = AnyKey(urls);
        _index.Key(key).ShouldBe(Of(f => f.Key == key));
        var tag = $"tag-{_random.Next(tags)}";
        _index.Tag(tag).ShouldBe(Of(f => f.Tags.Contains(tag)));
        _index.Count.ShouldBe(_model.Count);
        var facts = Any(urls, tags);
        var described = _index.Describe(new EntryRef(0, facts.Name, facts.Levels));
        if (!_model.TryGetValue(facts.Name, out var known))
        {
            described.ShouldBeNull();
            return;
        }

        (described!.Key, described.Stored, described.Valid, described.Bytes).ShouldBe((known.Key, known.Stored, known.Valid, known.Length));
        described.Tags.ShouldBe(known.Tags.Distinct(), ignoreOrder: true);
        _index.TimesOf(new EntryRef(0, facts.Name, facts.Levels)).ShouldBe((known.Stored, known.Valid));
        _index.Url(described.Uri).ShouldContain(facts.Name);
    }

    private EntryName[] Of(Func<Facts, bool> fits) => [.. _model.Values.Where(fits).Select(f => f.Name).OrderBy(n => n.Value)];

    private static bool Same(Facts a, Facts b)
        => a.Key == b.Key && a.Stored == b.Stored && a.Valid == b.Valid && a.Tags.ToHashSet().SetEquals(b.Tags);

    private Facts AnyKnown()
    {
        var name = new EntryName((UInt128)_random.Next(400));
        return _model.TryGetValue(name, out var known) ? known : _model.Values.First();
    }

    private Facts Any(int urls, int tags) => new(AnyKey(urls), SomeTags(tags)) { Name = new EntryName((UInt128)_random.Next(400)), Levels = Levels.None };

    private string[] SomeTags(int tags) => [.. Enumerable.Range(0, _random.Next(5)).Select(_ => $"tag-{_random.Next(tags)}")];

    private string AnyKey(int urls)
    {
        var url = _random.Next(urls);
        var prefix = (url % 5) switch { 0 => "httpa.example.org", 1 => "httpsb.example.org", 2 => "", 3 => "odd", _ => "httpc.example.org" };
        return $"{prefix}{(url % 11 == 0 ? "" : "/")}{url}{(url % 3 == 0 ? "|cookie" : "")}";
    }
}
