using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>Purging everything, again and again, breaks no fill and no download.</summary>
public class TempFiles
{
    private const int Clients = 6;
    private const int Rounds = 10; // at least
    private const int Fetches = 1_500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fills_and_downloads_stay_whole_while_everything_is_purged(bool openFileCache)
    {
        var body = new string('x', 64 * 1024);
        await using var stage = await Stage.StartAsync(
            _ => OriginReply.Text(body), new Play { Nginx = nginx => nginx with { OpenFileCache = openFileCache } });
        var clients = Enumerable.Range(0, Clients).Select(client => FetchAsync(stage, client, body)).ToArray();
        var (purged, rounds) = (0L, 0);
        for (; !clients.All(client => client.IsCompleted); rounds++)
            purged += (await stage.Agent.AppliedAsync(new { command = "all" })).Purged;
        await Task.WhenAll(clients);
        rounds.ShouldBeGreaterThan(Rounds);
        purged.ShouldBeGreaterThan(Rounds);
        var log = stage.Nginx.ErrorLog.Split('\n');
        log.ShouldNotContain(line => line.Contains("[crit]", StringComparison.Ordinal) || line.Contains("[alert]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strangers_in_the_cache_directory_are_left_alone()
    {
        await using var stage = await Stage.CountingAsync();
        await stage.SeenAsync("/page");
        var entry = (await CacheFiles.WaitForAsync(stage.CacheDir, 1)).Single();
        var elsewhere = Directory.CreateDirectory(Path.Combine(stage.CacheDir, entry.EndsWith('0') ? "1" : "0", "00")).FullName;
        string[] strangers = [entry + ".0000000001", Path.Combine(stage.CacheDir, "README"), Path.Combine(elsewhere, Path.GetFileName(entry))];
        foreach (var stranger in strangers)
            File.Copy(entry, stranger);
        (await stage.Agent.AppliedAsync(new { command = "all" })).Purged.ShouldBe(1);
        File.Exists(entry).ShouldBeFalse();
        strangers.ShouldAllBe(stranger => File.Exists(stranger));
    }

    /// <summary>Asks for pages; each answer must be whole.</summary>
    private static async Task FetchAsync(Stage stage, int client, string body)
    {
        for (var count = 0; count < Fetches / Clients; count++)
        {
            var reply = await stage.GetAsync($"/{client}/{count % 10}");
            (reply.Status, reply.Body.Length).ShouldBe((200, body.Length));
        }
    }
}
