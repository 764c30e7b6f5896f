using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class ValueRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("//x")]
    [InlineData("/news/42?page=2#top")]
    [InlineData("/a%2fb c/ü")]
    [InlineData("*")]
    [InlineData("http://www.example.org")]
    [InlineData("HTTPS://www.example.org:8443/x")]
    [InlineData("http://[::1]:80?x")]
    [InlineData("http://backend/x")]
    [InlineData("www.example.org/path")]
    [InlineData("localhost/path")]
    [InlineData("backend:8080/path")]
    public void Purge_takes(string value) => Problem(InvalidationCommand.Purge, value).ShouldBeNull();

    [Theory]
    [InlineData("news/42")]
    [InlineData("index.html")]
    [InlineData("?page=2")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("http://a b/")]
    [InlineData("http://user@host/")]
    [InlineData("ftp://www.example.org/x")]
    [InlineData(" /x")]
    [InlineData("**")]
    public void Purge_does_not_take(string value) => Problem(InvalidationCommand.Purge, value).ShouldNotBeNull().ShouldContain("neither a path");

    public static TheoryData<InvalidationCommand> Commands => new(Enum.GetValues<InvalidationCommand>());

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_command_takes_these(InvalidationCommand command)
    {
        Problem(command, "").ShouldBe("the value is empty");
        foreach (var bad in (string[])["/a\rb", "/a\nb", "/a\0b"]) Problem(command, bad).ShouldBe("the value holds a CR, LF or NUL");
        foreach (var bad in (string[])["/\ud83d", "/\ude00x", "/\ud83d\ud83d\ude00"]) Problem(command, bad).ShouldBe("the value holds half a surrogate pair");
        var limits = new WireLimits { MaxValueBytes = 5 };
        ValueRules.Problem(command, "/äää", limits).ShouldBe("the value has 7 bytes, more than 5");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_takes_the_longest_value(InvalidationCommand command)
    {
        var limits = new WireLimits { MaxValueBytes = 5 };
        ValueRules.Problem(command, command == InvalidationCommand.Host ? "abcde" : "/abcd", limits).ShouldBeNull();
    }

    [Fact]
    public void Tags_and_hosts_have_their_own()
    {
        Problem(InvalidationCommand.Xkey, "a b").ShouldBeNull();
        Problem(InvalidationCommand.Xkey, "  ").ShouldBe("the value holds no tag");
        Problem(InvalidationCommand.XkeySoft, "\t").ShouldBe("the value holds no tag");
        Problem(InvalidationCommand.Host, "*.example.org:8080").ShouldBeNull();
        Problem(InvalidationCommand.Host, "http://example.org").ShouldNotBeNull().ShouldContain("slash");
        Problem(InvalidationCommand.Host, "a b").ShouldBe("the host holds white space");
        Problem(InvalidationCommand.BanUrl, "[").ShouldBeNull();
        Problem(InvalidationCommand.Ban, "req.url ~ ^/news").ShouldBeNull();
        Problem(InvalidationCommand.Ban, " ").ShouldBe("the value holds no expression");
        Problem(InvalidationCommand.Key, "httpsexample.org/").ShouldBeNull();
    }

    private static string? Problem(InvalidationCommand command, string value) =>
        ValueRules.Problem(command, value, WireLimits.Default);
}
