using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>kill -9 at any moment: what was acked stays gone, what was accepted is applied, and fences stand again.</summary>
public class Restarts
{
    private const int Pages = 60;

    [Fact]
    public async Task Killed_at_random_moments_nothing_acked_is_served_and_nothing_accepted_is_lost()
    {
        var random = new Random(20261121);
        var versions = new int[Pages];
        await using var stage = await Stage.StartAsync(request => OriginReply.Text(Of(versions, request.Path).ToString(System.Globalization.CultureInfo.InvariantCulture)), new Play { Fence = "1s" });
        for (var round = 0; round < 8; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Pages).Select(page => stage.GetAsync("/" + page)));
            await CacheFiles.WaitForAsync(stage.CacheDir, Pages);
            var purges = Enumerable.Range(0, Pages).Select(page => PurgeAsync(stage, versions, page, round)).ToArray();
            var enough = random.Next(Pages);
            await Eventually.TrueAsync(() => purges.Count(purge => purge.IsCompleted) >= enough, "some are answered");
            await stage.KillAgentAsync();
            var acked = await Task.WhenAll(purges);
            await stage.StartAgentAsync();
            for (var page = 0; page < Pages; page++)
            {
                if (!acked[page]) continue;
                if (page % 2 == 1) await stage.Agent.BecomesAppliedAsync($"{round}-{page}");
                (await stage.GetAsync("/" + page)).Body.ShouldBe(versions[page].ToString(System.Globalization.CultureInfo.InvariantCulture), $"page {page} in round {round}, killed after {enough}");
            }
            await stage.Agent.AppliedAsync(new { command = "all" });
            await Moment.FenceEndsAsync(Moment.Now, 1);
            await Moment.NextSecondAsync();
        }
    }

    [Fact]
    public async Task Killed_between_the_purge_and_its_report_it_is_applied_when_it_is_sent_again()
    {
        await using var stage = await Stage.CountingAsync();
        await stage.SeenAsync("/page");
        await CacheFiles.WaitForAsync(stage.CacheDir, 1);
        var message = new { command = "purge", value = new[] { "/page" }, id = "again" };
        var first = stage.Agent.PostAsync(message, "?wait=true");
        await Eventually.TrueAsync(() => CacheFiles.List(stage.CacheDir).Length == 0, "the file is gone");
        await stage.KillAgentAsync();
        try
        {
            (await first).Status.ShouldBe(200);
        }
        catch (HttpRequestException)
        {
            // Its sender knows nothing, and sends it again.
        }

        await stage.StartAgentAsync();
        (await stage.Agent.AppliedAsync(message)).Id.ShouldBe("again");
        (await stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fill_in_flight_is_caught_when_it_lands_after_the_kill(bool whileDown)
    {
        await using var held = await Held.InBodyAsync(fence: 1);
        await held.Stage.Agent.AppliedAsync(new { command = "xkey", value = new[] { "article" } });
        await held.Stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/page" } });
        await held.Stage.KillAgentAsync();
        if (whileDown)
        {
            await held.ReleaseAsync("v1");
            await held.Stage.CachedAsync("/page");
        }

        await held.Stage.StartAgentAsync();
        if (!whileDown)
        {
            await held.ReleaseAsync("v1");
            await held.Stage.Agent.ReachesAsync("towncrier_purged_entries_total", 1);
        }

        (await held.Stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_late_answer_is_expired_when_the_fence_ends_also_after_a_kill(bool whileDown)
    {
        await using var held = await Held.AtHeadAsync(fence: 5);
        await held.Stage.Agent.AppliedAsync(new { command = "wildcard", value = new[] { "/pa*" } });
        var applied = Moment.Now;
        await held.Stage.KillAgentAsync();
        if (!whileDown) await held.Stage.StartAgentAsync();
        await Moment.NextSecondAsync();
        await held.ReleaseAsync("v1");
        await held.Stage.CachedAsync("/page");
        Moment.Now.ShouldBeLessThan(applied + TimeSpan.FromSeconds(5), "the machine was too slow for this one");
        if (whileDown) await held.Stage.StartAgentAsync();
        await Moment.FenceEndsAsync(applied, 5);
        (await held.Stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Fact]
    public async Task A_duplicate_gets_the_first_ones_report_also_after_a_restart()
    {
        await using var stage = await Stage.CountingAsync();
        await stage.SeenAsync("/page");
        await CacheFiles.WaitForAsync(stage.CacheDir, 1);
        var message = new { command = "purge", value = new[] { "/page" }, id = "once" };
        var first = await stage.Agent.AppliedAsync(message);
        (first.Matched, first.Purged).ShouldBe((1, 1));
        (await stage.Agent.AppliedAsync(message)).Purged.ShouldBe(1);
        await stage.KillAgentAsync();
        await stage.StartAgentAsync();
        var second = await stage.Agent.AppliedAsync(message);
        (second.Matched, second.Purged).ShouldBe((1, 1));
        (await stage.Agent.ReportAsync("once")).Purged.ShouldBe(1);
    }

    /// <summary>Bumps a page and purges it; even ones wait for the report. False when the agent was killed before it answered.</summary>
    private static async Task<bool> PurgeAsync(Stage stage, int[] versions, int page, int round)
    {
        Interlocked.Increment(ref versions[page]);
        try
        {
            var told = await stage.Agent.PostAsync(
                new { command = "purge", value = new[] { "/" + page }, id = $"{round}-{page}" }, page % 2 == 0 ? "?wait=true" : "");
            return told.Status is 200 or 202;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int Of(int[] versions, string path) => Volatile.Read(ref versions[int.Parse(path[1..], System.Globalization.CultureInfo.InvariantCulture)]);
}
