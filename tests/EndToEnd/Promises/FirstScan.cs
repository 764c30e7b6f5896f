using Towncrier.EndToEnd.Assumptions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>A purge never waits for the first scan, and is reported applied only when it covers what that found.</summary>
public class FirstScan
{
    private const int Files = 40_000;
    private const int Meant = Files / 20;

    [Fact]
    public async Task A_purge_during_it_covers_what_is_found_later()
    {
        await using var stage = await PreparedAsync();
        await using var process = await PendingAsync(stage);
        (await stage.Agent.Probe.GetAsync("/readyz")).Status.ShouldBe(503);
        await stage.Agent.BecomesAppliedAsync("early");
        await AllMeantAreGoneAsync(stage);
    }

    [Fact]
    public async Task Waiting_for_it_waits_for_the_scan()
    {
        await using var stage = await PreparedAsync();
        await using var process = stage.LaunchAgent();
        var told = await SendAsync(stage, "?wait=true");
        (told.Status, told.State).ShouldBe((200, "applied"), told.Body);
        (await stage.Agent.Probe.GetAsync("/readyz")).Status.ShouldBe(200);
        await AllMeantAreGoneAsync(stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accepted_during_it_and_killed_it_is_applied_after_the_restart(bool pending)
    {
        await using var stage = await PreparedAsync();
        await using (var process = pending ? await PendingAsync(stage) : stage.LaunchAgent())
        {
            if (!pending) (await SendAsync(stage, "")).Status.ShouldBe(202);
            process.Signal(Posix.SigKill);
            await process.ExitAsync();
        }

        CacheFiles.List(stage.CacheDir).Length.ShouldBeGreaterThan(Files - Meant); // killed before it was done
        await stage.StartAgentAsync();
        await stage.Agent.BecomesAppliedAsync("early");
        await AllMeantAreGoneAsync(stage);
    }

    /// <summary>A cache of many files, which nginx knows nothing of yet, and no agent.</summary>
    private static async Task<Stage> PreparedAsync()
    {
        var stage = await Stage.WithoutAgentAsync(_ => Support.Origins.OriginReply.Text("old"));
        await stage.SeenAsync("/some/000000");
        var original = (await CacheFiles.WaitForAsync(stage.CacheDir, 1)).Single();
        SyntheticCache.Fill(stage.CacheDir, original, "httplocalhost", Targets().Skip(1));
        return stage;
    }

    private static IEnumerable<string> Targets() => Enumerable.Range(0, Files).Select(i => $"/{(i % 20 == 19 ? "goes" : "some")}/{i:000000}");

    private static bool IsMeant(string target) => target.StartsWith("/goes/", StringComparison.Ordinal);

    /// <summary>Starts the agent and sends the purge, which is still pending after a short wait; once more if the scan was faster.</summary>
    private static async Task<ChildProcess> PendingAsync(Stage stage)
    {
        var original = CacheFiles.PathOf(stage.CacheDir, "httplocalhost/some/000000");
        for (var attempt = 1; ; attempt++)
        {
            var process = stage.LaunchAgent();
            var told = await SendAsync(stage, "?wait=true&timeout=50ms");
            if ((told.Status, told.State) == (202, "pending"))
                return process;
            await process.DisposeAsync();
            attempt.ShouldBeLessThan(5, told.Body);
            stage.ForgetState();
            SyntheticCache.Fill(stage.CacheDir, original, "httplocalhost", Targets().Where(IsMeant));
        }
    }

    /// <summary>Sends the purge as soon as the port answers; again, as it asks for, when the agent has just begun and is slow.</summary>
    private static async Task<Told> SendAsync(Stage stage, string query)
    {
        Told? told = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    told = await stage.Agent.PostAsync(new { command = "wildcard", value = new[] { "/goes/*" }, id = "early" }, query);
                    return told.Status != 503;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the port answers");
        return told!;
    }

    private static async Task AllMeantAreGoneAsync(Stage stage)
    {
        await Eventually.TrueAsync(async () => (await stage.Agent.Probe.GetAsync("/readyz")).Status == 200, "the agent is ready");
        // A kill between the write and the unlink leaves a file behind that is worthless to nginx, and no entry any more.
        var worthless = Targets().Where(IsMeant).Select(target => CacheFiles.PathOf(stage.CacheDir, "httplocalhost" + target))
            .Where(path => File.Exists(path) && RawHead.Read(path).Version == 0).ToArray();
        worthless.Length.ShouldBeLessThan(5); // at most one for each thread that purged
        CacheFiles.List(stage.CacheDir).Except(worthless).Count().ShouldBe(Files - Meant);
        (await stage.Agent.MetricAsync("towncrier_index_entries")).ShouldBe(Files - Meant);
    }
}
