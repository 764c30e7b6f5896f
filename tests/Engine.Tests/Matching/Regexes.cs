using System.Text;
using System.Text.RegularExpressions;
using Towncrier.Agent.Matching;

namespace Towncrier.Engine.Tests.Matching;

public sealed class Regexes
{
    [Theory]
    [InlineData("^/news/.*\\.html$", "/news/")]
    [InlineData("abc|def", "")]
    [InlineData("(abc|def)ghi", "ghi")]
    [InlineData("ab?c", "c")]
    [InlineData("ab{0}c", "c")]
    [InlineData("(?i)abc", "")]
    [InlineData("a\\.b", "a.b")]
    [InlineData("[abc]xyz", "xyz")]
    [InlineData("abc+d", "abc")]
    [InlineData("\\x41bc", "")]
    [InlineData("ab*", "a")]
    [InlineData(".{|b{1}abc", "")]
    public void The_literal_of_some(string expression, string literal) => RegexLiteral.Of(expression).ShouldBe(literal);

    [Fact]
    public void Whatever_matches_contains_the_literal()
    {
        var random = new Random(7);
        var (matched, literals) = (0, 0);
        for (var i = 0; i < 6_000; i++)
        {
            var expression = Any(random, 3);
            Regex regex;
            try
            {
                regex = new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            }
            catch (RegexParseException)
            {
                continue; // the grammar below makes some that are not
            }

            var literal = RegexLiteral.Of(expression);
            if (literal.Length > 0) literals++;
            for (var k = 0; k < 20; k++)
            {
                var text = Wildcards.Any(random, "ab.{},-1(", 12);
                if (!regex.IsMatch(text)) continue;
                matched++;
                text.ShouldContain(literal, Case.Sensitive, expression);
            }
        }

        matched.ShouldBeGreaterThan(5_000);
        literals.ShouldBeGreaterThan(1_000);
    }

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(?>a*)b")]
    [InlineData("(a")]
    [InlineData("[z-a]")]
    [InlineData("a**")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("(((((a{100}){100}){100}){100}){100}){100}")]
    public async Task What_cannot_run_in_linear_time_is_refused_at_once(string expression)
    {
        var compiled = Task.Run(() => RegexPattern.TryCompile(expression, out _, out var problem) ? "" : problem, TestContext.Current.CancellationToken);
        (await compiled.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldStartWith("the regular expression");
    }

    [Fact]
    public void An_expression_of_ten_megabytes_is_refused_unread()
    {
        RegexPattern.TryCompile(new string('a', 10 << 20), out _, out var problem).ShouldBeFalse();
        problem.ShouldContain("10485760");
        RegexPattern.TryCompile(new string('a', RegexPattern.MaxLength), out _, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_expressions_that_hang_others_end()
    {
        RegexPattern.TryCompile("^(a+)+$", out var pattern, out _).ShouldBeTrue();
        var text = Encoding.ASCII.GetBytes(new string('a', 30_000) + "!");
        var ran = Task.Run(() => pattern!.IsMatch(text), TestContext.Current.CancellationToken);
        (await ran.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public void Bytes_that_are_not_text_are_matched_all_the_same()
    {
        RegexPattern.TryCompile("^/a.b$", out var pattern, out _).ShouldBeTrue();
        pattern!.IsMatch([(byte)'/', (byte)'a', 0xff, (byte)'b']).ShouldBeTrue();
        pattern.IsMatch("/aéb"u8).ShouldBeTrue();
        pattern.IsMatch([]).ShouldBeFalse();
    }

    private static string Any(Random random, int depth)
    {
        var text = new StringBuilder();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            text.Append(random.Next(depth > 0 ? 12 : 8) switch
            {
                0 => ".",
                1 => "[ab]",
                2 => "[^a]",
                3 => "\\.",
                4 => "\\d",
                5 => "b",
                6 => "ab",
                7 => "{",
                8 => $"({Any(random, depth - 1)})",
                9 => $"(?:{Any(random, depth - 1)})",
                10 => $"({Any(random, depth - 1)}|{Any(random, depth - 1)})",
                _ => "[]a]",
            });
            text.Append(random.Next(12) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{0,2}", 4 => "{2}", 5 => "+?", 6 => "{,1}", _ => "" });
        }

        return random.Next(20) == 0 ? text + "|" + (depth > 0 ? Any(random, depth - 1) : "b") : text.ToString();
    }
}
