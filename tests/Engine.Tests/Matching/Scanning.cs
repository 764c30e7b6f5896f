using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Matching;

public sealed class Scanning
{
    [Fact]
    public void The_automaton_finds_what_a_search_for_each_finds()
    {
        var random = new Random(8);
        for (var i = 0; i < 3000; i++)
        {
            var alphabet = i % 2 == 0 ? "ab" : "abcdefgh";
            var literals = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Encoding.ASCII.GetBytes(Wildcards.Any(random, alphabet, 5))).ToArray();
            var automaton = new LiteralAutomaton(literals);
            for (var k = 0; k < 10; k++)
            {
                var text = Encoding.ASCII.GetBytes(Wildcards.Any(random, alphabet + "z", 30));
                var found = new List<int>();
                automaton.Search(text, found.Add);
                found.Order().ShouldBe(literals.SelectMany((l, n) => Enumerable.Repeat(n, Occurrences(text, l))).Order());
            }
        }
    }

    [Fact]
    public void Long_literals_and_all_bytes_lose_no_candidate()
    {
        var random = new Random(9);
        var literals = Enumerable.Range(0, 300).Select(_ =>
        {
            var bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            return bytes;
        }).ToArray();
        var automaton = new LiteralAutomaton(literals);
        for (var i = 0; i < literals.Length; i++)
        {
            var found = new HashSet<int>();
            automaton.Search([1, 2, .. literals[i], 3], n => found.Add(n));
            found.ShouldContain(i);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public void A_scan_finds_what_trying_every_entry_finds(int patterns)
    {
        var random = new Random(10 + patterns);
        for (var round = 0; round < 30; round++)
        {
            var index = Indexes.New("$scheme$host$request_uri|$cookie_x");
            var keys = Enumerable.Range(0, 600).Select(i => $"http{(char)('a' + random.Next(3))}.org/{Wildcards.Any(random, "ab/", 8)}|{(i % 2 == 0 ? "ab" : "")}").Distinct().ToList();
            foreach (var key in keys) new Facts(key, random.Next(3) == 0 ? ["/a", "b"] : []).PutInto(index);
            foreach (var key in keys.Where(_ => random.Next(3) == 0).ToArray())
            {
                index.Remove(EntryName.OfKey(Encoding.ASCII.GetBytes(key)), Levels.None);
                keys.Remove(key);
            }

            var values = Enumerable.Range(0, patterns).Select(_ => new ScannedValue(AnyPattern(random), AnyScope(random, index).Allows, [])).ToArray();
            new PatternScan(index).Run(values);
            foreach (var value in values)
            {
                var expected = keys.Where(key => Matches(value, index.Template, key)).Select(key => EntryName.OfKey(Encoding.ASCII.GetBytes(key)));
                value.Found.Select(e => e.Name).ShouldBe(expected, ignoreOrder: true);
            }

            index.CheckIntegrity();
        }
    }

    [Fact]
    public void A_large_site_is_scanned_by_several_threads_with_the_same_result()
    {
        var index = Indexes.New();
        for (var i = 0; i < 60_000; i++) new Facts($"httpexample.org/section-{i % 100}/article-{i}", []).PutInto(index);
        index.Snapshot(index.Sites()[0]).Sum(c => c.Count).ShouldBeGreaterThan(1 << 20);
        var one = new List<EntryRef>();
        new PatternScan(index).Run([new ScannedValue(new WildcardPattern("*/section-7/*"u8.ToArray()), HostScope.Any.Allows, one)]);
        one.Count.ShouldBe(600);
        var many = Enumerable.Range(0, 100).Select(i => new ScannedValue(new PrefixPattern(Encoding.ASCII.GetBytes($"/section-{i}/")), HostScope.Any.Allows, [])).ToArray();
        new PatternScan(index).Run(many);
        many.ShouldAllBe(value => value.Found.Count == 600);
        index.CheckIntegrity();
    }

    private static bool Matches(ScannedValue value, KeyTemplate template, string key)
    {
        var bytes = Encoding.ASCII.GetBytes(key);
        var split = template.Split(bytes);
        return value.Allows(KeyHost.Of(bytes, split)) && value.Pattern.IsMatch(bytes.AsSpan(split.UriAt, split.UriLength));
    }

    private static ITextPattern AnyPattern(Random random)
    {
        switch (random.Next(4))
        {
            case 0: return new PrefixPattern(Encoding.ASCII.GetBytes("/" + Wildcards.Any(random, "ab/", 2)));
            case 1: return new WildcardPattern(Encoding.ASCII.GetBytes(Wildcards.Any(random, "ab/**", 4)));
            case 2: return new EverythingPattern();
            default:
                RegexPattern.TryCompile(random.Next(2) == 0 ? "a.b" : "^/[ab]/|b$", out var pattern, out _).ShouldBeTrue();
                return pattern!;
        }
    }

    private static HostScope AnyScope(Random random, CacheIndex index)
        => random.Next(2) == 0 ? HostScope.Any : HostScope.For($"{(char)('a' + random.Next(4))}.org", [], index, strict: false);

    private static int Occurrences(byte[] text, byte[] literal)
        => literal.Length == 0 ? 0 : Enumerable.Range(0, text.Length).Count(at => text.AsSpan(at).StartsWith(literal));
}
