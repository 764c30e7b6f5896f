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
        await using var process = stage.LaunchAgent();
        var pending = await SendAsync(stage, "?wait=true&timeout=50ms");
        (pending.Status, pending.State).ShouldBe((202, "pending"), pending.Body);
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
    [InlineData("")]
    [InlineData("?wait=true&timeout=50ms")]
    public async Task Accepted_during_it_and_killed_it_is_applied_after_the_restart(string query)
    {
        await using var stage = await PreparedAsync();
        await using (var process = stage.LaunchAgent())
        {
            var told = await SendAsync(stage, query);
            told.Status.ShouldBe(202, told.Body);
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
        SyntheticCache.Fill(stage.CacheDir, original, "httplocalhost", Enumerable.Range(1, Files - 1).Select(i => $"/{(i % 20 == 0 ? "goes" : "some")}/{i:000000}"));
        return stage;
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
        CacheFiles.List(stage.CacheDir).Length.ShouldBe(Files - Meant + 1); // 0 is of the others
        (await stage.Agent.MetricAsync("towncrier_index_entries")).ShouldBe(Files - Meant + 1);
    }
}
