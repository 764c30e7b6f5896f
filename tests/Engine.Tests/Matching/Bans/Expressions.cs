using System.Text;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Matching.Bans;

namespace Towncrier.Engine.Tests.Matching.Bans;

/// <summary>The language of ban expressions: what is read, and what is refused, where and in what words.</summary>
public sealed class Expressions
{
    [Theory]
    [InlineData("", 1, "expected a field")]
    [InlineData("   ", 4, "expected a field")]
    [InlineData("req.url", 8, "expected an operator")]
    [InlineData("req.url == ", 12, "expected an argument")]
    [InlineData("req.url == /x &&", 17, "expected a field")]
    [InlineData("req.url == /x && obj.foo == 1", 18, "unknown field 'obj.foo'; known are req.url, req.http.host, obj.http.NAME, obj.status, obj.age and obj.ttl")]
    [InlineData("req.url == /x || obj.foo == 1", 15, "expected && between two tests, not '||'")]
    [InlineData("req.url == /x req.url == /y", 15, "expected && between")]
    [InlineData("req.http.cookie ~ x", 1, "'req.http.cookie' cannot be tested")]
    [InlineData("req.http. ~ x", 1, "'req.http.' cannot be tested")]
    [InlineData("obj.http. == x", 1, "no header is named")]
    [InlineData("obj.http.a:b == x", 1, "cannot be a header's name")]
    [InlineData("obj.status > 300", 12, "expected ==, !=, ~ or !~, not '>'")]
    [InlineData("obj.age ~ 5", 9, "expected ==, !=, >, >=, < or <=, not '~'")]
    [InlineData("obj.age > 90", 11, "expected a duration such as 90s")]
    [InlineData("obj.age > \"1 h\"", 11, "not '1 h'")]
    [InlineData("req.url ~ (", 11, "the regular expression is not valid at character 1")]
    [InlineData("req.url ~ a(?=b)", 11, "more than a linear-time engine can do")]
    [InlineData("req.url ~ x[[:digit:]]", 11, "not read alike everywhere, at character 2: classes such as [:digit:]")]
    [InlineData("req.url ~ [a-z-[b]]", 11, "difference of classes")]
    [InlineData(@"req.url ~ \xc3\xbc", 11, "single bytes")]
    [InlineData("req.url == \"/x", 12, "the quote is not closed")]
    [InlineData("req.url == \"/x\"y", 16, "a blank has to follow")]
    [InlineData(@"req.url ~ ""a\.b""", 13, @"for the backslash itself write \\")]
    [InlineData(@"req.url ~ ""a\x4""", 13, "in quotes a backslash begins")]
    [InlineData(@"req.url ~ ""a\", 13, "in quotes a backslash begins")]
    public void What_cannot_be_read_is_told_with_its_position(string text, int at, string words)
    {
        BanExpression.TryParse(text, out var expression, out var problem).ShouldBeFalse();
        expression.ShouldBeNull();
        problem.ShouldStartWith($"at {at}: ");
        problem.ShouldContain(words);
    }

    [Theory]
    [InlineData("req.url == /x", "/x")]
    [InlineData(@"req.url == \.\n""", @"\.\n""")] // unquoted: as it stands
    [InlineData(@"req.url == ""a b""", "a b")]
    [InlineData(@"req.url == ""\\.\""\t\x41\101\60z""", "\\.\"\tAA0z")]
    [InlineData(@"req.url == """"", "")]
    [InlineData("\t req.url\n==\r\n&& ", "&&")]
    public void An_argument_is_plain_or_quoted(string text, string argument)
    {
        BanExpression.TryParse(text, out var expression, out var problem).ShouldBeTrue(problem);
        Encoding.UTF8.GetString(expression!.Tests.ShouldHaveSingleItem().Argument).ShouldBe(argument);
    }

    [Theory]
    [InlineData("10s", 10)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("2d", 172800)]
    [InlineData("1.5h", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("1w", 604800)]
    [InlineData("1y", 31536000)]
    [InlineData("-1.5m", -90)]
    [InlineData(".5m", 30)]
    [InlineData("1.s", 1)]
    [InlineData("0s", 0)]
    public void Durations_are_those_of_vcl(string text, double seconds)
    {
        BanDuration.TryParse(text, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(seconds, 1e-9);
    }

    [Fact]
    public void There_are_bounds()
    {
        BanExpression.TryParse(string.Join(" && ", Enumerable.Repeat("req.url == /x", BanExpression.MaxTests)), out _, out var problem).ShouldBeTrue(problem);
        BanExpression.TryParse(string.Join(" && ", Enumerable.Repeat("req.url == /x", BanExpression.MaxTests + 1)), out _, out problem).ShouldBeFalse();
        problem.ShouldBe("at 1701: more than 100 tests");
        BanExpression.TryParse("req.url ~ " + new string('a', RegexPattern.MaxLength + 1), out _, out problem).ShouldBeFalse();
        problem.ShouldStartWith("at 11: the regular expression has 4097 characters");
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused_and_never_thrown_at()
    {
        string[] pieces =
        [
            "req.url", "req.http.host", "obj.http.", "obj.http.x-foo", "obj.status", "obj.age", "obj.ttl", "==", "!=", "~", "!~", ">", "<=", "&&", "||", " ", " ", " ", "\t", "\"",
            "\\", "\\x4", "\\101", "10s", "1.5h", "-", "..", "ms", "/x", "(", ")", "[", "]", "[:a:]", "^", "$", "*", "{9999}", "{1,", "?", "(?=", "\0", "\r\n", "ü", "\ud800", "x",
        ];
        var random = new Random(20261122);
        var read = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (random.Next(2) == 0) text = string.Join(' ', pieces[random.Next(7)], pieces[7 + random.Next(6)], text);
            if (BanExpression.TryParse(text, out var expression, out var problem))
            {
                read++;
                expression!.Tests.ShouldNotBeEmpty();
            }
            else
            {
                problem.ShouldStartWith("at ");
                expression.ShouldBeNull();
            }
        }

        read.ShouldBeGreaterThan(1000);
    }
}
