using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>nginx makes level directories when it first needs them, right before it renames a file into them.</summary>
public class LazyLevels
{
    private const int Fills = 20_000;
    private const int Connections = 8;

    [Theory]
    [InlineData("1:2")]
    [InlineData("2:2")]
    public async Task A_cache_that_begins_empty_misses_nothing(string levels)
    {
        var origin = FreePort.Next(); // nginx itself: it answers faster than anything else here
        await using var stage = await Stage.WithoutAgentAsync(
            _ => Support.Origins.OriginReply.Text(""),
            new Play
            {
                Zone = "8m",
                Nginx = nginx => nginx with
                {
                    OriginPort = origin,
                    Levels = levels,
                    Http = $"server {{ listen 127.0.0.1:{origin}; return 200 'some text'; }}",
                },
            });
        await stage.StartAgentAsync();
        var fills = levels == "1:2" ? Fills : Fills / 10;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => FillAsync(stage, connection, fills)));
        await CacheFiles.WaitForAsync(stage.CacheDir, fills);
        var told = await stage.Agent.AppliedAsync(new { command = "wildcard", value = new[] { "/lazy/*" } });
        (told.Matched, told.Purged).ShouldBe((fills, fills));
        CacheFiles.List(stage.CacheDir).ShouldBeEmpty();
        (await stage.Agent.MetricAsync("towncrier_inotify_overflows_total")).ShouldBe(0);
    }

    private static async Task FillAsync(Stage stage, int connection, int fills)
    {
        for (var page = connection; page < fills; page += Connections)
            (await stage.GetAsync($"/lazy/{page}")).CacheStatus.ShouldBe("MISS");
    }
}
