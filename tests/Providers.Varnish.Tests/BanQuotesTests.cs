namespace Towncrier.Providers.Varnish.Tests;

public sealed class BanQuotesTests
{
    [Theory]
    [InlineData("req.url ~ ^/x", "req.url ~ ^/x")]
    [InlineData("req.url ~ \"^/x\"", "req.url ~ ^/x")]
    [InlineData("req.http.host == \"a\" && req.url ~ \"\\\\.png$\"", "req.http.host == a && req.url ~ \\.png$")]
    [InlineData("obj.http.x == \"a b\"", "obj.http.x == \"a b\"")]
    [InlineData("obj.http.x == \"a", "obj.http.x == \"a")]
    [InlineData("obj.http.x == \"\"", "obj.http.x == \"\"")]
    [InlineData("obj.http.etag == \"\\\"1\\\"\"", "obj.http.etag == \"1\"")]
    [InlineData("obj.http.etag ~ a\"b", "obj.http.etag ~ a\"b")]
    [InlineData("\"", "\"")]
    public void Quotes_go_where_the_argument_needs_none(string expression, string sent) => BanQuotes.Strip(expression).ShouldBe(sent);
}
