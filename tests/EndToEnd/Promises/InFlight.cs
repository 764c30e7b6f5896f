using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>A response that the origin made before a purge and nginx stores after it is not served for long.</summary>
public class InFlight
{
    private const string Purged = "towncrier_purged_entries_total";

    private static readonly object Page = new { command = "purge", value = new[] { "/page" } };

    [Theory]
    [InlineData("hard")]
    [InlineData("soft")]
    public async Task Held_before_its_headers_it_is_gone_when_the_fence_ends(string mode)
    {
        await using var held = await Held.AtHeadAsync(fence: 3);
        await held.Stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/page" }, mode });
        var applied = Moment.Now;
        await Moment.NextSecondAsync(); // its date is later than the purge: only the fence can know
        await held.ReleaseAsync("v1");
        (await held.Stage.SeenAsync("/page")).ShouldBe("HIT v1"); // stored, and not to be told from a new one yet
        await Moment.FenceEndsAsync(applied, 3);
        (await held.Stage.SeenAsync("/page")).ShouldEndWith(" v2");
    }

    [Theory]
    [InlineData("hard")]
    [InlineData("soft")]
    public async Task A_page_fetched_in_the_second_of_its_purge_is_a_hit_until_the_fence_ends(string mode)
    {
        await using var held = await Held.AtHeadAsync(fence: 3);
        await Moment.NextSecondAsync(); // early in a second, so that the release is most likely in the same one
        await held.Stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/page" }, mode });
        var applied = Moment.Now;
        await held.ReleaseAsync("v1");
        await held.Stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/other" }, dry_run = true }); // sees every event up to now
        (await held.Stage.SeenAsync("/page")).ShouldBe("HIT v1"); // the file was made after the purge
        await Moment.FenceEndsAsync(applied, 3);
        (await held.Stage.SeenAsync("/page")).ShouldEndWith(" v2");
    }

    [Fact]
    public async Task Held_in_its_body_it_goes_as_soon_as_it_lands()
    {
        await using var held = await Held.InBodyAsync(fence: 60);
        (await held.Stage.Agent.AppliedAsync(Page)).Matched.ShouldBe(0);
        await held.ReleaseAsync("v1");
        await held.Stage.Agent.ReachesAsync(Purged, 1);
        (await held.Stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Fact]
    public async Task Held_in_its_body_for_longer_than_the_fence_it_still_goes_as_soon_as_it_lands()
    {
        await using var held = await Held.InBodyAsync(fence: 1);
        await held.Stage.Agent.AppliedAsync(Page);
        await Moment.FenceEndsAsync(Moment.Now, 1);
        await held.ReleaseAsync("v1");
        await held.Stage.Agent.ReachesAsync(Purged, 1);
        (await held.Stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Fact]
    public async Task With_headers_within_the_fence_and_a_body_that_outlasts_it_it_goes_as_soon_as_it_lands()
    {
        var (head, body) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var held = await Held.StartAsync(fence: 3, reply => reply with { BeforeHead = head.Task, MidBody = body.Task });
        await held.Stage.Origin.WaitForAsync("/page");
        await held.Stage.Agent.AppliedAsync(Page);
        var applied = Moment.Now;
        await Moment.NextSecondAsync();
        head.SetResult();
        await Eventually.TrueAsync(() => CacheFiles.Others(held.Stage.CacheDir).Length == 1, "the temp file");
        await Moment.FenceEndsAsync(applied, 3);
        body.SetResult();
        (await held.Reply).Body.ShouldBe("v1");
        await held.Stage.Agent.ReachesAsync(Purged, 1);
        (await held.Stage.SeenAsync("/page")).ShouldBe("MISS v2");
    }

    [Fact]
    public async Task What_was_fetched_after_the_fence_stays()
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "1s" });
        await stage.Agent.AppliedAsync(Page);
        await Moment.FenceEndsAsync(Moment.Now, 1);
        await Moment.NextSecondAsync();
        (await stage.SeenAsync("/page")).ShouldBe("MISS v1");
        await stage.CachedAsync("/page");
        await Moment.FenceEndsAsync(Moment.Now, 1);
        (await stage.SeenAsync("/page")).ShouldBe("HIT v1");
    }
}

/// <summary>A stage on which the first request for /page is held at the origin, which has read "v1" already.</summary>
internal sealed class Held : IAsyncDisposable
{
    private readonly TaskCompletionSource _gate = new();

    public Stage Stage { get; private set; } = null!;

    /// <summary>What the client of the held response gets.</summary>
    public Task<ProbeReply> Reply { get; private set; } = null!;

    public static async Task<Held> AtHeadAsync(int fence)
    {
        var held = new Held();
        await held.BeginAsync(fence, reply => reply with { BeforeHead = held._gate.Task });
        await held.Stage.Origin.WaitForAsync("/page");
        return held;
    }

    public static async Task<Held> InBodyAsync(int fence)
    {
        var held = new Held();
        await held.BeginAsync(fence, reply => reply with { MidBody = held._gate.Task });
        await Eventually.TrueAsync(() => CacheFiles.Others(held.Stage.CacheDir).Length == 1, "the temp file");
        return held;
    }

    public static async Task<Held> StartAsync(int fence, Func<OriginReply, OriginReply> hold)
    {
        var held = new Held();
        await held.BeginAsync(fence, hold);
        return held;
    }

    /// <summary>Lets the held response go on, and waits until its client has it.</summary>
    public async Task ReleaseAsync(string body)
    {
        _gate.SetResult();
        (await Eventually.DoneAsync(Reply, "the held response")).Body.ShouldBe(body);
    }

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    private async Task BeginAsync(int fence, Func<OriginReply, OriginReply> hold)
    {
        Stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + request.Number) is var reply && request.Number == 1 ? hold(reply) : reply,
            new Play { Fence = fence + "s" });
        Reply = Stage.GetAsync("/page");
    }
}
