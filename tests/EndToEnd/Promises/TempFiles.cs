using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>Purging everything, again and again, breaks no fill and no download.</summary>
public class TempFiles
{
    private const int Clients = 6;
    private const int Rounds = 40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fills_and_downloads_stay_whole_while_everything_is_purged(bool openFileCache)
    {
        var body = new string('x', 64 * 1024);
        await using var stage = await Stage.StartAsync(
            _ => OriginReply.Text(body), new Play { Nginx = nginx => nginx with { OpenFileCache = openFileCache } });
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => FetchAsync(stage, client, body, end.Token)).ToArray();
        var purged = 0L;
        for (var round = 0; round < Rounds; round++)
            purged += (await stage.Agent.AppliedAsync(new { command = "all" })).Purged;
        await end.CancelAsync();
        var fetched = (await Task.WhenAll(clients)).Sum();
        purged.ShouldBeGreaterThan(Rounds);
        fetched.ShouldBeGreaterThan(Rounds);
        var log = stage.Nginx.ErrorLog.Split('\n');
        log.ShouldNotContain(line => line.Contains("[crit]", StringComparison.Ordinal) || line.Contains("[alert]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strangers_in_the_cache_directory_are_left_alone()
    {
        await using var stage = await Stage.CountingAsync();
        await stage.SeenAsync("/page");
        var entry = (await CacheFiles.WaitForAsync(stage.CacheDir, 1)).Single();
        string[] strangers = [entry + ".0000000001", Path.Combine(stage.CacheDir, "README"), Path.Combine(stage.CacheDir, Path.GetFileName(entry))];
        foreach (var stranger in strangers)
            File.Copy(entry, stranger);
        (await stage.Agent.AppliedAsync(new { command = "all" })).Purged.ShouldBe(1);
        File.Exists(entry).ShouldBeFalse();
        strangers.ShouldAllBe(stranger => File.Exists(stranger));
    }

    /// <summary>Asks for pages until the end; each answer must be whole. Returns how many there were.</summary>
    private static async Task<int> FetchAsync(Stage stage, int client, string body, CancellationToken end)
    {
        var count = 0;
        for (; !end.IsCancellationRequested; count++)
        {
            var reply = await stage.GetAsync($"/{client}/{count % 10}");
            (reply.Status, reply.Body.Length).ShouldBe((200, body.Length));
        }
        return count;
    }
}
