using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>One publish, and neither of two nodes nor nginx before them shows the old article any more; the others stay cached.</summary>
public sealed class OutputCache
{
    private static readonly string[] Pages = ["/", "/articles/tea", "/articles/coffee"];

    [Fact]
    public async Task What_one_node_publishes_is_seen_on_both_and_behind_nginx()
    {
        await using var site = await FilledAsync();
        foreach (var (node, title) in (IEnumerable<(string, string)>)[("a", "Green tea"), ("b", "Black tea")])
        {
            (await site.PublishAsync(node, "tea", title)).ShouldBe(302);
            (await site.GetAsync(node, "/articles/tea")).Body.ShouldContain(title, customMessage: "the node itself shows it at once");
            await site.ShowsAsync("/articles/tea", title);
            await site.ShowsAsync("/", title);
            foreach (var from in NewsSite.Everyone) (await site.GetAsync(from, "/articles/coffee")).IsHit.ShouldBeTrue(from);
            await site.WarmAsync(Pages);
            foreach (var from in NewsSite.Everyone) (await site.GetAsync(from, "/articles/tea")).Body.ShouldContain(title, customMessage: "and from its cache, too");
        }
    }

    [Theory]
    [InlineData("--tag", "article-tea")]
    [InlineData("--url", "http://news.example.org/articles/tea")]
    public async Task What_towncrier_publish_says_reaches_nodes_and_nginx_alike(string how, string what)
    {
        await using var site = await FilledAsync();
        site.Write("tea", "White tea");
        foreach (var from in NewsSite.Everyone) (await site.GetAsync(from, "/articles/tea")).Body.ShouldNotContain("White tea");
        var run = await Cli.RunAsync("publish", "--redis", site.Redis.Url, "--stream", "towncrier", how, what);
        run.ExitCode.ShouldBe(0, run.Stderr);
        await site.ShowsAsync("/articles/tea", "White tea");
        foreach (var from in NewsSite.Everyone) (await site.GetAsync(from, "/articles/coffee")).IsHit.ShouldBeTrue(from);
        foreach (var node in (string[])["a", "b"]) (await site.MetricsAsync(node)).ShouldContain("towncrier_invalidations_total{");
    }

    [Fact]
    public async Task A_node_that_was_away_hears_what_it_missed_and_keeps_the_rest()
    {
        await using var site = await FilledAsync();
        site.Write("tea", "White tea");
        await site.KillAsync("b");
        (await Cli.RunAsync("publish", "--redis", site.Redis.Url, "--stream", "towncrier", "--tag", "article-tea")).ExitCode.ShouldBe(0);
        await site.RestartAsync("b");
        await site.ShowsAsync("/articles/tea", "White tea");
        (await site.GetAsync("b", "/articles/coffee")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_the_bus_the_author_is_told_and_may_try_again()
    {
        await using var site = await FilledAsync();
        await site.Redis.KillAsync();
        (await site.PublishAsync("a", "tea", "Red tea")).ShouldBe(503);
        (await site.GetAsync("a", "/articles/tea")).Body.ShouldContain("Red tea");
        (await site.GetAsync("b", "/articles/tea")).IsHit.ShouldBeTrue("it could not be told");
        await site.Redis.RestartAsync();
        await Eventually.TrueAsync(async () => await site.PublishAsync("a", "tea", "Red tea") == 302, "it is published");
        await site.ShowsAsync("/articles/tea", "Red tea");
    }

    private static async Task<NewsSite> FilledAsync()
    {
        var site = await NewsSite.StartAsync();
        (await site.PublishAsync("a", "tea", "Tea")).ShouldBe(302);
        (await site.PublishAsync("b", "coffee", "Coffee")).ShouldBe(302);
        await site.ShowsAsync("/", "Coffee");
        await site.WarmAsync(Pages);
        return site;
    }
}
