namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>What the rules of subscriptions let through on the test server.</summary>
public class RuleTests
{
    [Theory]
    [InlineData("1=1", true)]
    [InlineData("color = 'red'", true)]
    [InlineData("Color = 'red'", false)] // names differ by case
    [InlineData("color = 'Red'", false)]
    [InlineData("user.color = 'red' AND sys.Label = 'purge'", true)]
    [InlineData("SYS.label = 'purge' and not color = 'blue'", true)]
    [InlineData("color IN ('blue', 'red')", true)]
    [InlineData("color NOT IN ('blue', 'red')", false)]
    [InlineData("color in ('blue')", false)]
    [InlineData("host LIKE '%.example.com'", true)]
    [InlineData("host LIKE 'www.%'", true)]
    [InlineData("host LIKE 'www_example%'", true)]
    [InlineData("host LIKE 'shop.%'", false)]
    [InlineData("host NOT LIKE 'shop.%'", true)]
    [InlineData("host LIKE 'w%w.%ample.c_m'", true)]
    [InlineData("percent LIKE '5!%' ESCAPE '!'", true)]
    [InlineData("host LIKE 'www!.%' ESCAPE '!'", true)]
    [InlineData("[tc-host] = 'a'", true)]
    [InlineData("none IS NULL", true)]
    [InlineData("color IS NOT NULL", true)]
    [InlineData("color IS NULL OR color = 'red'", true)]
    [InlineData("none = 'a'", false)] // unknown
    [InlineData("NOT none = 'a'", false)] // still unknown
    [InlineData("none = 'a' OR color = 'red'", true)]
    [InlineData("none <> 'a' OR none IS NULL", true)]
    [InlineData("EXISTS(color) AND NOT EXISTS(none)", true)]
    [InlineData("size > 4 AND size <= 5 AND size != 6", true)]
    [InlineData("size = 5.0", true)]
    [InlineData("size = '5'", false)] // kinds do not compare
    [InlineData("size > -1", true)]
    [InlineData("sure = TRUE", true)]
    [InlineData("sure", true)]
    [InlineData("(color = 'blue' OR size = 5) AND sure = true", true)]
    [InlineData("color = 'blue' AND size = 5 OR sure = true", true)]
    [InlineData("quote = 'it''s'", true)]
    public async Task A_sql_rule_lets_through_what_it_says(string sql, bool expected)
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        server.CreateSubscription("t", "s", new SubscriptionSettings { Filter = sql });
        server.Send("t", "x", "purge", ("color", "red"), ("host", "www.example.com"), ("tc-host", "a"), ("size", 5), ("sure", true), ("quote", "it's"), ("percent", "5%"));
        server.Count("t", "s").Active.ShouldBe(expected ? 1 : 0);
    }

    [Theory]
    [InlineData("color =")]
    [InlineData("color = 'red")]
    [InlineData("= 'red'")]
    [InlineData("color IN 'red'")]
    [InlineData("color = 'red' color")]
    [InlineData("other.color = 'red'")]
    [InlineData("color = @c")]
    [InlineData("color ? 'red'")]
    [InlineData("(color = 'red'")]
    public async Task A_sql_rule_that_is_none_is_refused(string sql)
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        Should.Throw<FormatException>(() => server.CreateSubscription("t", "s", new SubscriptionSettings { Filter = sql }));
    }

    [Fact]
    public async Task A_message_is_taken_once_however_many_rules_want_it_and_by_nobody_without_one()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        server.CreateSubscription("t", "all");
        server.CreateSubscription("t", "two", new SubscriptionSettings { Filter = "a = 1" });
        server.AddRule("t", "two", "more", "b = 1");
        server.CreateSubscription("t", "none", new SubscriptionSettings { Filter = "1=0" });
        server.Send("t", "x", null, ("a", 1), ("b", 1));
        server.Send("t", "y", null, ("b", 1));
        server.Send("t", "z");
        server.Peek("t", "all").ShouldBe(["x", "y", "z"]);
        server.Peek("t", "two").ShouldBe(["x", "y"]);
        server.Peek("t", "none").ShouldBeEmpty();
        server.Subscriptions("t").ShouldBe(["all", "none", "two"]);
    }

    [Fact]
    public async Task A_header_that_http_knows_becomes_a_property_in_its_usual_case_only()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        server.CreateSubscription("t", "small", new SubscriptionSettings { Filter = "origin = 'a' OR expires = 7" });
        server.CreateSubscription("t", "usual", new SubscriptionSettings { Filter = "Origin = 'a' AND Expires = 7" });
        server.CreateSubscription("t", "own", new SubscriptionSettings { Filter = "[tc-Origin] = 'a'" });
        server.CreateSubscription("t", "unquoted", new SubscriptionSettings { Filter = "EXISTS([tc-plain])" });
        using var caller = new Caller(server);

        // By hand, since HttpClient writes such headers in their usual case itself.
        var headers = $"Authorization: {caller.Token()}\r\nContent-Length: 1\r\norigin: \"a\"\r\nexpires: 7\r\ntc-Origin: \"a\"\r\ntc-plain: a";
        (await RawClient.SendAsync(server.Port, $"POST /t/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n\r\nx")).ShouldStartWith("HTTP/1.1 201 ");
        server.Count("t", "small").Active.ShouldBe(0);
        server.Count("t", "usual").Active.ShouldBe(1);
        server.Count("t", "own").Active.ShouldBe(1);
        server.Count("t", "unquoted").Active.ShouldBe(0);
    }
}
