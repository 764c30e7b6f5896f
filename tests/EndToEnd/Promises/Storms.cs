using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>Pages that are purged while nginx stores them again and again stay known: the next purge finds what is there.</summary>
public class Storms
{
    private const int Pages = 4;
    private const int ClientsPerPage = 4;
    private const int Requests = 600;

    [Theory]
    [InlineData("hard")]
    [InlineData("soft")]
    public async Task No_file_is_lost_from_the_index(string mode)
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "0s", Config = "soft:\n  updating: 0s\n" });
        var clients = Enumerable.Range(0, Pages * ClientsPerPage).Select(client => AskAsync(stage, client % Pages)).ToArray();
        var purges = Enumerable.Range(0, Pages).Select(page => PurgeAsync(stage, page, mode, Task.WhenAll(clients))).ToArray();
        await Task.WhenAll(clients);
        await Task.WhenAll(purges);
        for (var page = 0; page < Pages; page++)
            await stage.CachedAsync("/" + page);
        var stored = CacheFiles.List(stage.CacheDir).Length;
        (await stage.Agent.AppliedAsync(new { command = "prefix", value = new[] { "/" } })).Purged.ShouldBe(stored);
        CacheFiles.List(stage.CacheDir).ShouldBeEmpty();
        (await stage.Agent.MetricAsync("towncrier_index_entries")).ShouldBe(0);
    }

    private static async Task AskAsync(Stage stage, int page)
    {
        for (var i = 0; i < Requests; i++)
            (await stage.GetAsync("/" + page)).Status.ShouldBe(200);
    }

    private static async Task PurgeAsync(Stage stage, int page, string mode, Task until)
    {
        while (!until.IsCompleted)
            await stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/" + page }, mode });
    }
}
