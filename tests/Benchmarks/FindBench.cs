using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;

namespace Towncrier.Benchmarks;

/// <summary>Finding what a message means among a million entries, compiled anew each time as a message is.</summary>
internal sealed class FindBench(BenchOptions options, Workplace place, Figures figures)
{
    private readonly int _count = options.Quick ? 200_000 : 1_000_000;
    private readonly int _rounds = options.Quick ? 5 : 11;
    private readonly CacheIndex _index = new(SyntheticEntry.Template);
    private readonly List<string> _keys = [];
    private double _best; // of the latest measurement: what the machine does when nobody else uses it

    public void Run()
    {
        var pool = _count / 100;
        var entry = new SyntheticEntry(pool);
        for (var i = 0; i < _count; i++)
        {
            _index.Put(entry.Make(i).Facts);
            _keys.Add(Encoding.ASCII.GetString(entry.Key));
        }

        figures.Begin("find", $"{_count:N0} entries on 10 hosts, 70-byte keys; each message is compiled and searched for");
        var some = Enumerable.Range(0, 1000).Select(i => entry.Make(i * 37 % _count)).Select(e => Encoding.ASCII.GetString(e.Uri)).ToArray();
        Direct("exact URL, any host", 10, 1, i => Message(InvalidationCommand.Purge, some[i]));
        Direct("exact URL, one host", 10, null, i => Message(InvalidationCommand.Purge, some[i]) with { Host = "www3.example.org" });
        Direct("tag, 100 hits", 100, 100, i => Message(InvalidationCommand.Xkey, $"section-{i * 37 % pool:D5}"));

        Scanned("prefix, 100 hits", 20, InvalidationCommand.Prefix, "/news/00001234-");
        Scanned($"wildcard, {_count / 10_000} hits", 20, InvalidationCommand.Wildcard, "/news/*/42.html");
        Scanned($"regex, {_count / 10_000} hits", 20, InvalidationCommand.BanUrl, @"^/news/[^/]+/42\.html$");
        Scanned("wildcard with an unselective literal, no hits", null, InvalidationCommand.Wildcard, "/news/*-x/*.html");
        Scanned("wildcard, every entry", null, InvalidationCommand.Wildcard, "/news/*.html");
        Scanned("regex with an unselective literal", null, InvalidationCommand.BanUrl, "^/news/[0-9]*99-.*/4[0-9][0-9]7[.]html$");
        Scanned("regex without any literal", null, InvalidationCommand.BanUrl, "(41|42|43)[.](html|php)$");
        Many("1,000 wildcards, 1 per page number", Enumerable.Range(0, 1000).Select(i => $"/news/*/{i}.html"));
        Many("1,000 wildcards, few hits", Enumerable.Range(0, 1000).Select(i => $"/news/{i:D8}-*/{i}.html"));
        Many("1,000 prefixes, 100 hits each", Enumerable.Range(0, 1000).Select(i => $"/news/{i:D8}-"), InvalidationCommand.Prefix);
        Agree([.. Enumerable.Range(0, 60).Select(i => $"*{i}.html"), "/news/*", "*", "*00-some*", "/news/*0-some*1.html"]);
        Anchors();
    }

    // Many patterns take another way than one: both must find the same.
    private void Agree(string[] values)
    {
        var together = CompiledMessage.Compile(Message(InvalidationCommand.Wildcard, values), _index, [], _ => null).Find(_index);
        for (var i = 0; i < values.Length; i++)
            if (Find(Message(InvalidationCommand.Wildcard, values[i])) is var alone && alone != together[i].Count)
                throw new InvalidOperationException($"{values[i]}: {alone} found alone, {together[i].Count} among others");
    }

    private static Invalidation Message(InvalidationCommand command, params string[] values) => new() { Command = command, Values = values };

    private int Find(Invalidation message)
    {
        var compiled = CompiledMessage.Compile(message, _index, [], _ => null);
        if (compiled.Values.FirstOrDefault(v => v.Error is not null) is { } bad) throw new InvalidOperationException(bad.Error);
        return compiled.Find(_index).Sum(found => found.Count);
    }

    private void Direct(string what, double most, int? hits, Func<int, Invalidation> message)
    {
        var messages = Enumerable.Range(0, 1000).Select(message).ToArray();
        var times = new List<double>();
        for (var round = 0; round < 20; round++)
            foreach (var one in messages)
            {
                var began = Stopwatch.GetTimestamp();
                var found = Find(one);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                if (hits is { } wanted && found != wanted) throw new InvalidOperationException($"{what}: {found} found");
            }

        var kept = times.Skip(10_000).Order().ToArray();
        figures.Add(what, kept[kept.Length / 2], "us", most, $"p99 {kept[kept.Length * 99 / 100]:0.0} us");
    }

    private void Scanned(string what, double? most, InvalidationCommand command, string value)
    {
        var (milliseconds, hits) = Measure(Message(command, value), _rounds);
        figures.Add($"{what}: {value}", milliseconds, "ms", most, $"{hits:N0} hits; best {_best:0.0} ms");
    }

    private void Many(string what, IEnumerable<string> values, InvalidationCommand command = InvalidationCommand.Wildcard)
    {
        var (milliseconds, hits) = Measure(Message(command, [.. values]), 3);
        figures.Add(what, milliseconds, "ms", 1000, $"{hits:N0} hits; best {_best:0.0} ms");
    }

    private (double Milliseconds, int Hits) Measure(Invalidation message, int rounds)
    {
        var hits = 0;
        var measured = new Rounds();
        measured.AddAction("ours", () => hits = Find(message));
        measured.Run(rounds);
        _best = measured.Best("ours") * 1000;
        return (measured["ours"] * 1000, hits);
    }

    private void Loop(Predicate<string> matches)
    {
        if (_keys.FindAll(matches).Count != _count / 10_000) throw new InvalidOperationException("the anchor finds something else");
    }

    private void Anchors()
    {
        var file = $"{place.Path}/keys";
        File.WriteAllLines(file, _keys);
        var regex = new Regex(@"^https?[^/]*/news/[^/]+/42\.html$", RegexOptions.CultureInvariant);
        var compiled = new Regex(@"^https?[^/]*/news/[^/]+/42\.html$", RegexOptions.CultureInvariant | RegexOptions.Compiled);
        var rounds = new Rounds();
        rounds.Add("memmem", () => Child.Walk(options, "find", file, "/42.html").Seconds);
        rounds.AddAction("grep", () => Child.Run("grep", "-c", "/news/[^/]*/42\\.html$", file));
        rounds.AddAction("contains", () => Loop(key => key.Contains("/42.html", StringComparison.Ordinal)));
        rounds.AddAction("regex", () => Loop(key => regex.IsMatch(key)));
        rounds.AddAction("compiled", () => Loop(key => compiled.IsMatch(key)));
        rounds.Run(3);
        File.Delete(file);
        figures.Add("anchor: C memmem over the same keys, 1 thread", rounds["memmem"] * 1000, "ms");
        figures.Add("anchor: grep -c of a pattern over the same keys", rounds["grep"] * 1000, "ms");
        figures.Add("anchor: C# list of strings, Contains", rounds["contains"] * 1000, "ms");
        figures.Add("anchor: C# list of strings, interpreted Regex", rounds["regex"] * 1000, "ms");
        figures.Add("anchor: C# list of strings, compiled Regex", rounds["compiled"] * 1000, "ms");
    }
}
