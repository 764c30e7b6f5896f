using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>What nginx does after the times in a file's head were overwritten from outside.</summary>
public class SoftPurge
{
    [Fact]
    public async Task Valid_two_seconds_ago_is_expired_and_then_a_hit()
    {
        await using var rig = await Rig.CountingAsync();
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2);
        (await rig.SeenAsync("/page")).ShouldBe("EXPIRED v2");
        await rig.BecomesAsync("/page", "HIT v2");
    }

    [Fact]
    public async Task The_head_is_read_again_on_every_request_also_with_open_file_cache()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { OpenFileCache = true });
        var file = await rig.FillAsync("/page");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        RawHead.Write(file, validSec: RawHead.Now - 2);
        (await rig.SeenAsync("/page")).ShouldBe("EXPIRED v2");
    }

    [Fact]
    public async Task Valid_until_now_is_still_a_hit()
    {
        await using var rig = await Rig.CountingAsync();
        var (seen, now, attempt) = ("", 0L, 0);
        do
        {
            // Only a request answered within the very second counts; each attempt has a page of its own.
            var page = $"/page{++attempt}";
            var file = await rig.FillAsync(page);
            RawHead.Write(file, validSec: now = RawHead.Now);
            seen = await rig.SeenAsync(page);
        }
        while (RawHead.Now != now);
        seen.ShouldBe("HIT v1");
    }

    [Fact]
    public async Task With_use_stale_updating_and_background_update_it_is_stale_and_then_a_hit()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { StaleWhileUpdating = true });
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2);
        (await rig.SeenAsync("/page")).ShouldBe("STALE v1");
        await rig.BecomesAsync("/page", "HIT v2");
    }

    [Fact]
    public async Task Updating_sec_in_the_file_makes_it_stale_without_use_stale()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Location = "proxy_cache_background_update on;" });
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2, updatingSec: 60);
        (await rig.SeenAsync("/page")).ShouldBe("STALE v1");
        await rig.BecomesAsync("/page", "HIT v2");
    }

    [Fact]
    public async Task Updating_sec_counts_from_valid_sec_so_a_valid_sec_of_one_ends_it()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Location = "proxy_cache_background_update on;" });
        RawHead.Write(await rig.FillAsync("/page"), validSec: 1, updatingSec: 60);
        (await rig.SeenAsync("/page")).ShouldBe("EXPIRED v2");
    }

    [Theory]
    [InlineData(600, 200, "STALE")]
    [InlineData(0, 502, "EXPIRED")]
    public async Task Error_sec_in_the_file_makes_it_stale_when_the_origin_is_down(long errorSec, int status, string cacheStatus)
    {
        await using var rig = await Rig.CountingAsync();
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2, errorSec: errorSec);
        await rig.Origin.DisposeAsync();
        var reply = await rig.GetAsync("/page");
        (reply.Status, reply.CacheStatus).ShouldBe((status, cacheStatus));
    }

    [Fact]
    public async Task With_updating_sec_many_clients_cost_the_origin_one_request()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Location = "proxy_cache_background_update on;" });
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2, updatingSec: 60);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => rig.GetAsync("/page")));
        await rig.BecomesAsync("/page", "HIT v2");
        rig.Origin.Count("/page").ShouldBe(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_updating_sec_each_waiting_client_costs_the_origin_a_request_even_with_cache_lock(bool cacheLock)
    {
        var answer = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(
            request => OriginReply.Text("v" + request.Number) with { BeforeHead = request.Number == 1 ? Task.CompletedTask : answer.Task },
            nginx => nginx with { Lock = cacheLock });
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2);
        var replies = Enumerable.Range(0, 5).Select(_ => rig.GetAsync("/page")).ToArray();
        await rig.Origin.WaitForAsync("/page", 6);
        answer.SetResult();
        (await Task.WhenAll(replies)).ShouldAllBe(reply => reply.CacheStatus == "EXPIRED");
    }
}
