using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>A soft purge is not lost, and does not send the crowd to the origin.</summary>
public class SoftPurges
{
    private const int Crowd = 20;

    // A connection whose request began a background update is busy until that ends: nobody may use it again.
    private static readonly (string, string) Alone = ("Connection", "close");

    private static readonly object Soft = new { command = "purge", value = new[] { "/page" }, mode = "soft" };

    [Theory]
    [InlineData("0s")]
    [InlineData("60s")]
    public async Task One_that_falls_into_a_revalidation_is_not_undone_by_the_304(string fence)
    {
        var version = 1;
        var gate = new TaskCompletionSource();
        await using var stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + version, ("ETag", $"\"{version}\"")) with { BeforeHead = request.Number == 2 ? gate.Task : Task.CompletedTask },
            new Play { Fence = fence, Nginx = nginx => nginx with { Revalidate = true } });
        await FilledAsync(stage);
        await stage.Agent.AppliedAsync(Soft);
        var revalidating = stage.GetAsync("/page");
        await stage.Origin.WaitForAsync("/page", 2);
        await stage.Agent.AppliedAsync(Soft); // nginx has read the file's head, and will write it anew
        version = 2;
        gate.SetResult();
        (await revalidating).Body.ShouldBe("v1");
        await Eventually.TrueAsync(async () => (await stage.SeenAsync("/page")).EndsWith(" v2", StringComparison.Ordinal), "the new version");
        stage.Origin.Count("/page").ShouldBe(3);
    }

    [Fact]
    public async Task A_304_that_was_answered_from_old_data_is_expired_when_the_fence_ends()
    {
        var version = 1;
        var gate = new TaskCompletionSource();
        await using var stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + version, ("ETag", $"\"{version}\"")) with { BeforeHead = request.Number == 2 ? gate.Task : Task.CompletedTask },
            new Play { Fence = "3s", Nginx = nginx => nginx with { Revalidate = true } });
        await FilledAsync(stage);
        await stage.Agent.AppliedAsync(Soft);
        var applied = Moment.Now;
        var revalidating = stage.GetAsync("/page");
        await stage.Origin.WaitForAsync("/page", 2); // the origin has read "v1"; nginx has read the purged head
        version = 2;
        await Moment.NextSecondAsync();
        gate.SetResult();
        (await revalidating).Body.ShouldBe("v1");
        await stage.CachedAsync("/page");
        (await stage.SeenAsync("/page")).ShouldBe("HIT v1"); // for as long as the fence stands
        await Moment.FenceEndsAsync(applied, 3);
        await Moment.NextSecondAsync(); // nothing made within the fence's last second is kept
        await Eventually.TrueAsync(async () => await stage.SeenAsync("/page") is "HIT v2", "the new version");
        stage.Origin.Count("/page").ShouldBe(3);
    }

    [Theory]
    [InlineData("proxy_cache_background_update on;", "max-age=600, stale-while-revalidate=60")] // the file's own window
    [InlineData("proxy_cache_background_update on;", "max-age=600")] // none: the agent gives it one
    [InlineData("proxy_cache_use_stale updating; proxy_cache_background_update on;", "max-age=600")]
    public async Task The_crowd_gets_the_old_page_at_once_and_the_origin_one_request(string location, string cacheControl)
    {
        var gate = new TaskCompletionSource();
        await using var stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + request.Number, ("Cache-Control", cacheControl)) with { BeforeHead = request.Number == 1 ? Task.CompletedTask : gate.Task },
            new Play { Fence = "60s", Nginx = nginx => nginx with { Valid = null, Location = location } });
        await FilledAsync(stage);
        await stage.Agent.AppliedAsync(Soft);
        var seen = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => stage.SeenAsync("/page", Alone)));
        seen.ShouldAllBe(one => one == "STALE v1" || one == "UPDATING v1");
        await stage.Origin.WaitForAsync("/page", 2);
        gate.SetResult();
        await Eventually.TrueAsync(async () => await stage.SeenAsync("/page") is "HIT v2", "the new version");
        stage.Origin.Count("/page").ShouldBe(2);
    }

    [Fact]
    public async Task Without_background_update_one_client_waits_and_the_origin_gets_one_request()
    {
        var gate = new TaskCompletionSource();
        await using var stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + request.Number) with { BeforeHead = request.Number == 1 ? Task.CompletedTask : gate.Task },
            new Play { Fence = "60s" });
        await FilledAsync(stage);
        await stage.Agent.AppliedAsync(Soft);
        var first = stage.SeenAsync("/page");
        await stage.Origin.WaitForAsync("/page", 2);
        var others = await Task.WhenAll(Enumerable.Range(1, Crowd - 1).Select(_ => stage.SeenAsync("/page", Alone)));
        others.ShouldAllBe(one => one == "UPDATING v1" || one == "STALE v1");
        gate.SetResult();
        (await first).ShouldBe("EXPIRED v2");
        stage.Origin.Count("/page").ShouldBe(2);
    }

    private static async Task FilledAsync(Stage stage)
    {
        (await stage.SeenAsync("/page")).ShouldBe("MISS v1");
        await stage.CachedAsync("/page");
    }
}
