namespace Towncrier.Providers.Http.Tests;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/x?y#z", "h:1", "h:1", "/x?y#z")]
    [InlineData("/", "", null, "/")]
    [InlineData("/", null, null, "/")]
    [InlineData("//h/x", null, null, "//h/x")]
    [InlineData("HTTPS://a:1/x", "h", "a:1", "/x")]
    [InlineData("http://a?x/y", "h", "a", "/?x/y")]
    [InlineData("http://[::1]:8080", "h", "[::1]:8080", "/")]
    public void Read(string raw, string? hostHeader, string? authority, string pathAndQuery)
    {
        RequestTarget.TryParse(raw, hostHeader, out var target).ShouldBeTrue();
        target.ShouldBe(new RequestTarget(authority, pathAndQuery));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("h:80")]
    [InlineData("http:/x")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("http://?x")]
    [InlineData("http://u:p@h/x")]
    [InlineData("ws://h/x")]
    public void Refused(string raw) => RequestTarget.TryParse(raw, "h", out _).ShouldBeFalse();

    [Fact]
    public void Nothing_throws_and_no_byte_is_changed()
    {
        var random = new Random(7);
        const string Alphabet = "/:?@#[]*%2f.\\httpsHTTPS\u00e9 ";
        for (var round = 0; round < 200_000; round++)
        {
            var start = random.Next(3) switch { 0 => "", 1 => "http://", _ => "https://" };
            var raw = start + new string(random.GetItems<char>(Alphabet, random.Next(12)));
            if (!RequestTarget.TryParse(raw, "h", out var target)) continue;
            if (target.PathAndQuery[0] != '/' || !raw.EndsWith(target.PathAndQuery.TrimStart('/'), StringComparison.Ordinal))
                Assert.Fail(raw);
        }
    }
}
