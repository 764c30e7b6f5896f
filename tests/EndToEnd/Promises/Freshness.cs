namespace Towncrier.EndToEnd.Promises;

/// <summary>
/// The first promise, at random: after a purge is applied and its fence is over, no client sees an older version. And the
/// same run without a fence shows that the run would notice.
/// </summary>
[Collection(nameof(AloneCollection))]
public class Freshness(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int FenceSeconds = 2;

    [Fact]
    public async Task No_older_version_is_seen_after_thousands_of_purges_and_their_fences()
    {
        var judge = await RunAsync($"{FenceSeconds}s", purges: Scale.Of(10_000));
        judge.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_fence_older_versions_are_seen()
    {
        var judge = await RunAsync("0s", purges: 1_500);
        judge.Violations.ShouldNotBeEmpty();
    }

    private async Task<FreshJudge> RunAsync(string fence, long purges)
    {
        var site = new FreshSite(Seed);
        await using var stage = await Stage.StartAsync(site.Answer, new Play
        {
            Fence = fence,
            Config = "soft:\n  updating: 0s\n", // no stale serving: a soft purge must revalidate, and can be judged
            Nginx = nginx => nginx with { Revalidate = true, Valid = "any 1h" },
        });
        var judge = new FreshJudge(TimeSpan.FromSeconds(FenceSeconds) + Moment.Slack);
        var run = new FreshRun(stage, site, judge, Seed);
        var began = Moment.Now;
        await run.RunAsync(purges);
        output.WriteLine(
            $"seed {Seed}, fence {fence}: {run.Purges} purges, {judge.Seen} answers in {(Moment.Now - began).TotalSeconds:0} s, {judge.Violations.Count} too old");
        foreach (var violation in judge.Violations.Take(20)) output.WriteLine(violation);
        return judge;
    }
}
