using System.Globalization;
using System.Text;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Tests;

public sealed class RespParserTests
{
    private static readonly RespLimits Small = new() { MaxBulk = 8, MaxReply = 1000, MaxLine = 32, MaxDepth = 3, MaxItems = 20 };

    [Theory]
    [InlineData("+OK\r\n", "+OK")]
    [InlineData("-ERR no\r\n", "-ERR no")]
    [InlineData(":-12\r\n", ":-12")]
    [InlineData("$5\r\na\r\nb!\r\n", "$a\r\nb!")]
    [InlineData("$0\r\n\r\n", "$")]
    [InlineData("$-1\r\n", "null")]
    [InlineData("*-1\r\n", "null")]
    [InlineData("_\r\n", "null")]
    [InlineData("*0\r\n", "*[]")]
    [InlineData("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n", "*[:1,*[$x]]")]
    [InlineData("%1\r\n+a\r\n:1\r\n", "*[+a,:1]")]
    [InlineData("~2\r\n:1\r\n:2\r\n", "*[:1,:2]")]
    [InlineData(">2\r\n+message\r\n:2\r\n", ">[+message,:2]")]
    [InlineData("#t\r\n", ":1")]
    [InlineData(",1.5\r\n", "+1.5")]
    [InlineData("(123456789012345678901\r\n", "+123456789012345678901")]
    [InlineData("=7\r\ntxt:abc\r\n", "$abc")]
    [InlineData("!5\r\nERR x\r\n", "-ERR x")]
    [InlineData("|1\r\n+ttl\r\n:3\r\n:7\r\n", ":7")]
    [InlineData("*2\r\n|1\r\n+ttl\r\n:3\r\n:7\r\n:8\r\n", "*[:7,:8]")]
    [InlineData("$9\r\n123456789\r\n", "skipped 9")]
    [InlineData("*2\r\n$9\r\n123456789\r\n:1\r\n", "*[skipped 9,:1]")]
    public void Values_are_read_in_one_piece_or_in_many(string text, string expected)
    {
        for (var piece = 1; piece <= text.Length; piece++)
            Read(text + text, piece, Small).ShouldBe([expected, expected], $"in pieces of {piece}");
    }

    [Theory]
    [InlineData("?\r\n", "no RESP")]
    [InlineData("\r\n", "empty line")]
    [InlineData(":x\r\n", "no RESP")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "no RESP")]
    [InlineData("$3\r\nabcd\r\n", "does not end")]
    [InlineData("$-2\r\n", "negative")]
    [InlineData("*21\r\n", "an array of 21")]
    [InlineData("*-5\r\n", "an array of -5")]
    [InlineData("%9223372036854775807\r\n", "an array of")]
    [InlineData("$99999999999999999999\r\n", "no RESP")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "deeper than 3")]
    [InlineData("*3\r\n*10\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n*10\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "more than 20 values")]
    [InlineData("+123456789012345678901234567890123456789", "more than 32 bytes")]
    public void What_is_no_RESP_or_beyond_the_limits_is_broken_for_good(string text, string problem)
    {
        var parser = new RespParser(Small);
        ReadOnlySpan<byte> input = Encoding.Latin1.GetBytes(text);
        parser.Read(ref input, out _).ShouldBe(RespStatus.Broken);
        parser.Problem.ShouldContain(problem);
        input = ":1\r\n"u8;
        parser.Read(ref input, out _).ShouldBe(RespStatus.Broken);
    }

    [Fact]
    public void A_string_of_any_length_is_read_past_and_what_follows_is_read()
    {
        var parser = new RespParser(Small);
        ReadOnlySpan<byte> input = "*2\r\n$5000000000\r\n"u8;
        parser.Read(ref input, out _).ShouldBe(RespStatus.NeedsMore);
        var chunk = new byte[1_000_000];
        for (var i = 0; i < 5000; i++)
        {
            input = chunk;
            parser.Read(ref input, out _).ShouldBe(RespStatus.NeedsMore);
        }

        input = "\r\n+x\r\n"u8;
        parser.Read(ref input, out var value).ShouldBe(RespStatus.Complete);
        Show(value).ShouldBe("*[skipped 5000000000,+x]");
    }

    [Fact]
    public void A_reply_that_is_too_large_in_all_is_read_to_its_end_without_being_kept()
    {
        var text = new StringBuilder("*15\r\n");
        for (var i = 0; i < 15; i++) text.Append("$8\r\nabcdefgh\r\n");
        var limits = Small with { MaxReply = 700 };
        var shown = Read(text + ":1\r\n", 7, limits);
        shown[0].Split(',').Count(item => item.Contains("abcdefgh", StringComparison.Ordinal)).ShouldBe(9);
        shown[0].ShouldEndWith(",$abcdefgh,skipped 0,skipped 8,skipped 8,skipped 8,skipped 8,skipped 8]");
        shown[1].ShouldBe(":1");
    }

    [Fact]
    public void Junk_is_read_or_refused_the_same_in_any_pieces_and_never_kept_beyond_a_line()
    {
        var random = new Random(11);
        ReadOnlySpan<string> parts = ["*2\r\n", ">1\r\n", "%1\r\n", "$3\r\nabc\r\n", "$20\r\n12345678901234567890\r\n", ":1\r\n", "+ok\r\n", "_\r\n", "|1\r\n", "*0\r\n", "\r\n", "$-1\r\n", "\0\xff", "-ERR\r\n", "$2\r\nab", "*1\r"];
        for (var round = 0; round < 100_000; round++)
        {
            var text = string.Concat(random.GetItems(parts, random.Next(1, 12)));
            var whole = Read(text, text.Length, Small);
            var pieces = Read(text, random.Next(1, 5), Small);
            if (!whole.SequenceEqual(pieces)) Assert.Fail($"{text}: {string.Join(' ', whole)} and {string.Join(' ', pieces)}");
        }
    }

    // Feeds the text in pieces as a connection would: what is not consumed is given again, with more.
    private static List<string> Read(string text, int piece, RespLimits limits)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var parser = new RespParser(limits);
        var values = new List<string>();
        var start = 0;
        for (var end = Math.Min(piece, bytes.Length); ;)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(start, end - start);
            var status = parser.Read(ref input, out var value);
            start = end - input.Length;
            if (input.Length > limits.MaxLine + 2 && status == RespStatus.NeedsMore) Assert.Fail("it keeps more than a line");
            if (status == RespStatus.Broken) return [.. values, "broken"];
            if (status == RespStatus.Complete) values.Add(Show(value));
            else if (end == bytes.Length) return values;
            else end = Math.Min(end + piece, bytes.Length);
        }
    }

    private static string Show(RespValue value) => value.Kind switch
    {
        RespKind.Null => "null",
        RespKind.Integer => ":" + value.Integer.ToString(CultureInfo.InvariantCulture),
        RespKind.Skipped => "skipped " + value.Integer.ToString(CultureInfo.InvariantCulture),
        RespKind.Simple => "+" + value.Text,
        RespKind.Error => "-" + value.Text,
        RespKind.Bulk => "$" + value.Text,
        _ => (value.Kind == RespKind.Push ? ">" : "*") + $"[{string.Join(',', value.Items.Select(Show))}]",
    };
}
