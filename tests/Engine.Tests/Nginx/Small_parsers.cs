using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Small_parsers
{
    [Fact]
    public void Crc32_is_zlibs()
    {
        Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u);
        Crc32.Of("The quick brown fox jumps over the lazy dog"u8).ShouldBe(0x414FA339u);
        Crc32.Of("a"u8).ShouldBe(0xE8B7BE43u);
        Crc32.Of([]).ShouldBe(0u);
        var random = new Random(1);
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Crc32.Of(bytes).ShouldBe(Zlib.Crc32(bytes));
        }
    }

    [Fact]
    public void A_name_is_exactly_32_lower_case_hex_digits()
    {
        EntryName.TryParse("b7f54b2df7773722d382f4809d65029c"u8, out var name).ShouldBeTrue();
        name.ToString().ShouldBe("b7f54b2df7773722d382f4809d65029c");
        foreach (var bad in (string[])[
            "", "b7f54b2df7773722d382f4809d65029", "b7f54b2df7773722d382f4809d65029c0", "B7F54B2DF7773722D382F4809D65029C",
            "g7f54b2df7773722d382f4809d65029c", "b7f54b2df7773722d382f4809d65029/", "b7f54b2df7773722d382f4809d65029c.0000000001", "b7f54b2df7773722 382f4809d65029c"])
            EntryName.TryParse(Encoding.ASCII.GetBytes(bad), out _).ShouldBeFalse(bad);
        EntryName.OfKey("httpwww.example.org/tags"u8).ToString().ShouldBe(Golden.Of("proxy-tags.bin").Name);
    }

    [Theory]
    [InlineData("", "b7f54b2df7773722d382f4809d65029c")]
    [InlineData("1", "c/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("2", "9c/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("1:2", "c/29/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("2:1", "9c/2/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("2:2:2", "9c/02/65/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("1:1:1", "c/9/2/b7f54b2df7773722d382f4809d65029c")]
    [InlineData("1:2:2", "c/29/50/b7f54b2df7773722d382f4809d65029c")]
    public void Levels_are_cut_from_the_end(string text, string path)
    {
        var levels = Levels.None;
        foreach (var width in text.Split(':', StringSplitOptions.RemoveEmptyEntries)) levels.TryDeeper(width[0] - '0', out levels).ShouldBeTrue();
        levels.ToString().ShouldBe(text);
        EntryName.TryParse("b7f54b2df7773722d382f4809d65029c"u8, out var name).ShouldBeTrue();
        levels.Path(name).ShouldBe(path);
        var digits = Encoding.ASCII.GetBytes(path[..^32].Replace("/", "", StringComparison.Ordinal));
        levels.Places("b7f54b2df7773722d382f4809d65029c"u8, digits).ShouldBeTrue();
        if (levels.Depth == 0) return;
        digits[^1] = digits[^1] == (byte)'0' ? (byte)'1' : (byte)'0';
        levels.Places("b7f54b2df7773722d382f4809d65029c"u8, digits).ShouldBeFalse();
    }

    [Fact]
    public void Nginx_has_no_more_than_three_levels_of_one_or_two_digits()
    {
        Levels.None.TryDeeper(0, out _).ShouldBeFalse();
        Levels.None.TryDeeper(3, out _).ShouldBeFalse();
        new Levels(26).Depth.ShouldBe(3);
        new Levels(26).TryDeeper(1, out _).ShouldBeFalse();
    }

    [Fact]
    public void Header_fields_are_read_line_by_line_and_oddities_passed_over()
    {
        Fields("A: 1\r\nB:2\n C : 3 \t\r\nno colon\r\n: no name\r\nD:\r\nE: a:b\r\n\r\nF: body").ShouldBe([("A", "1"), ("B", "2"), (" C ", "3"), ("D", ""), ("E", "a:b")]);
        Fields("").ShouldBeEmpty();
        Fields("A: 1").ShouldBe([("A", "1")]);
        Fields("\nA: 1").ShouldBeEmpty();
    }

    [Fact]
    public void Tags_are_parted_by_blanks_commas_and_semicolons()
    {
        Tags("Cache-Tag: a,b, c;d\te  f\r\nX: no\r\nSURROGATE-KEY: a g\r\nxkey:\r\nxkey: ,, ;\r\n").ShouldBe(["a", "b", "c", "d", "e", "f", "a", "g"]);
        Tags("Cache-Tagx: a\r\nCache-Ta: b\r\n").ShouldBeEmpty();
        Tags("Mine: a,b\r\nCache-Tag: c\r\n", new TagHeaders(["mine"])).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void The_densest_tags_fit_the_buffer_that_is_promised()
    {
        var lines = "xkey:" + string.Join(",", Enumerable.Range(0, 32_000).Select(i => (char)('a' + (i % 26)))) + "\n";
        Tags(lines).Length.ShouldBe(32_000);
    }

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a%20b%C3%A9", "/a bé")]
    [InlineData("//a///b/", "/a/b/")]
    [InlineData("/a/./b/.", "/a/b/")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/../a", "/a")]
    [InlineData("/a%2Fb%2F%2e%2e/c", "/a/c")]
    [InlineData("/a%252Fb", "/a%2Fb")]
    [InlineData("/%zz%4", "/%zz%4")]
    [InlineData("/..a/.b", "/..a/.b")]
    [InlineData("", "")]
    public void A_path_is_decoded_as_nginx_does(string path, string decoded)
        => Encoding.UTF8.GetString(DecodedPath.Of(Encoding.UTF8.GetBytes(path))).ShouldBe(decoded);

    private static (string, string)[] Fields(string text)
    {
        var fields = new List<(string, string)>();
        foreach (var field in new HeaderFields(Encoding.ASCII.GetBytes(text)))
            fields.Add((Encoding.ASCII.GetString(field.Name), Encoding.ASCII.GetString(field.Value)));
        return [.. fields];
    }

    private static string[] Tags(string lines, TagHeaders? headers = null)
    {
        var raw = Encoding.ASCII.GetBytes(lines);
        var buffer = new byte[3 * raw.Length];
        var used = (headers ?? TagHeaders.Default).Collect(ResponseHead.Parse(raw, new byte[raw.Length]), buffer);
        return Golden_files.Tags(buffer.AsSpan(0, used));
    }
}
