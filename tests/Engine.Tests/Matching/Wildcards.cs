using System.Text;
using Towncrier.Agent.Matching;

namespace Towncrier.Engine.Tests.Matching;

public sealed class Wildcards
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("/a*", "/a", true)]
    [InlineData("/a*b", "/ab", true)]
    [InlineData("/a*b", "/a", false)]
    [InlineData("/a?b", "/axb", false)]
    [InlineData("/a?b", "/a?b", true)]
    [InlineData("/a\\*", "/a*", true)]
    [InlineData("/a\\*", "/ab", false)]
    [InlineData("/a\\\\*", "/a\\b", true)]
    [InlineData("/a\\", "/a\\", true)]
    [InlineData("*.jpg", "/x/y.jpg", true)]
    [InlineData("*.jpg", "/x.jpg.png", false)]
    [InlineData("aa*aa", "aaa", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void Cases(string pattern, string text, bool matches) => Match(pattern, text).ShouldBe(matches);

    [Fact]
    public void It_agrees_with_a_naive_matcher()
    {
        var random = new Random(5);
        for (var i = 0; i < 200_000; i++)
        {
            var pattern = Any(random, "ab**\\", 9);
            var text = Any(random, "ab*\\", 12);
            var matches = Match(pattern, text);
            matches.ShouldBe(Naive(pattern, text), $"{pattern} on {text}");
            var wildcard = new Wildcard(Encoding.ASCII.GetBytes(pattern));
            if (matches) text.ShouldContain(Encoding.ASCII.GetString(wildcard.Literal), Case.Sensitive);
            if (matches) text.ShouldStartWith(Encoding.ASCII.GetString(wildcard.Prefix), Case.Sensitive);
        }
    }

    [Fact]
    public void The_worst_pattern_takes_no_time_to_speak_of()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 2000)) + "*b";
        Match(pattern, new string('a', 30_000)).ShouldBeFalse(); // a backtracking matcher would not end in this universe
    }

    internal static string Any(Random random, string alphabet, int most)
        => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private static bool Match(string pattern, string text) => new Wildcard(Encoding.UTF8.GetBytes(pattern)).IsMatch(Encoding.UTF8.GetBytes(text));

    private static bool Naive(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.IsEmpty) return text.IsEmpty;
        if (pattern[0] == '*') return Naive(pattern[1..], text) || (!text.IsEmpty && Naive(pattern, text[1..]));
        if (pattern[0] == '\\' && pattern.Length > 1 && (pattern[1] == '*' || pattern[1] == '\\')) pattern = pattern[1..];
        return !text.IsEmpty && text[0] == pattern[0] && Naive(pattern[1..], text[1..]);
    }
}
