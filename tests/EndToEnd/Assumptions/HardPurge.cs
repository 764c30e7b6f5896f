using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>What removing a file from outside does, and what it takes to make it stick.</summary>
public class HardPurge
{
    [Fact]
    public async Task After_an_unlink_the_next_request_is_a_miss_and_fills_again()
    {
        await using var rig = await Rig.CountingAsync();
        File.Delete(await rig.FillAsync("/page"));
        (await rig.SeenAsync("/page")).ShouldBe("MISS v2");
        await rig.BecomesAsync("/page", "HIT v2");
    }

    [Fact]
    public async Task After_an_unlink_cache_lock_still_lets_one_request_through()
    {
        var answer = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(
            request => OriginReply.Text("v" + request.Number) with { BeforeHead = request.Number == 1 ? Task.CompletedTask : answer.Task },
            nginx => nginx with { Lock = true });
        File.Delete(await rig.FillAsync("/page"));
        var replies = Enumerable.Range(0, 5).Select(_ => rig.SeenAsync("/page")).ToArray();
        await rig.Origin.WaitForAsync("/page", 2);
        answer.SetResult();
        (await Task.WhenAll(replies)).Count(seen => seen == "MISS v2").ShouldBe(1);
        rig.Origin.Count("/page").ShouldBe(2);
    }

    [Fact]
    public async Task A_plain_unlink_keeps_being_served_from_open_file_cache()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { OpenFileCache = true });
        var file = await rig.FillAsync("/page");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
    }

    [Fact]
    public async Task Expired_in_place_and_then_unlinked_is_not_served_even_from_open_file_cache()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { OpenFileCache = true });
        var file = await OpenedAsync(rig);
        RawHead.Write(file, validSec: 1, updatingSec: 0, errorSec: 0, lastModified: 0);
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldBe("EXPIRED v2");
        await rig.BecomesAsync("/page", "HIT v2");
    }

    [Fact]
    public async Task With_use_stale_updating_and_open_file_cache_expired_in_place_and_unlinked_is_still_served_stale()
    {
        await using var rig = await Rig.CountingAsync(
            nginx => nginx with { OpenFileCache = true, StaleWhileUpdating = true });
        var file = await OpenedAsync(rig);
        RawHead.Write(file, validSec: 1, updatingSec: 0, errorSec: 0, lastModified: 0);
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldBe("STALE v1");
    }

    [Fact]
    public async Task With_use_stale_error_and_open_file_cache_it_is_served_as_long_as_the_origin_is_down()
    {
        await using var rig = await Rig.CountingAsync(
            nginx => nginx with { OpenFileCache = true, Location = "proxy_cache_use_stale error;" });
        var file = await OpenedAsync(rig);
        await rig.Origin.DisposeAsync();
        RawHead.Write(file, validSec: 1, updatingSec: 0, errorSec: 0, lastModified: 0);
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldBe("STALE v1");
        (await rig.SeenAsync("/page")).ShouldBe("STALE v1");
    }

    [Theory]
    [InlineData("proxy_cache_use_stale updating; proxy_cache_background_update on;")]
    [InlineData("proxy_cache_use_stale error;")]
    public async Task With_another_version_written_first_it_is_a_miss_whatever_use_stale_says(string useStale)
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { OpenFileCache = true, Location = useStale });
        var file = await OpenedAsync(rig);
        RawHead.WriteVersion(file, 0);
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldBe("MISS v2");
        await rig.BecomesAsync("/page", "HIT v2");
        rig.Nginx.ErrorLog.ShouldNotContain("[crit]");
    }

    [Fact]
    public async Task With_another_version_written_first_it_is_gone_also_while_the_origin_is_down()
    {
        await using var rig = await Rig.CountingAsync(
            nginx => nginx with { OpenFileCache = true, Location = "proxy_cache_use_stale error;" });
        var file = await OpenedAsync(rig);
        await rig.Origin.DisposeAsync();
        RawHead.WriteVersion(file, 0);
        File.Delete(file);
        (await rig.GetAsync("/page")).Status.ShouldBe(502);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 6)]
    public async Task With_another_version_written_first_cache_lock_holds_unless_open_file_cache_has_the_file(
        bool openFileCache, int requests)
    {
        var answer = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(
            request => OriginReply.Text("v" + request.Number) with { BeforeHead = request.Number == 1 ? Task.CompletedTask : answer.Task },
            nginx => nginx with { Lock = true, OpenFileCache = openFileCache });
        var file = await OpenedAsync(rig);
        RawHead.WriteVersion(file, 0);
        File.Delete(file);
        var replies = Enumerable.Range(0, 5).Select(_ => rig.SeenAsync("/page")).ToArray();
        await rig.Origin.WaitForAsync("/page", requests);
        answer.SetResult();
        await Task.WhenAll(replies);
        rig.Origin.Count("/page").ShouldBe(requests);
    }

    [Fact]
    public async Task A_file_of_another_version_is_a_miss_and_is_replaced()
    {
        await using var rig = await Rig.CountingAsync();
        var file = await rig.FillAsync("/page");
        RawHead.WriteVersion(file, 0);
        (await rig.SeenAsync("/page")).ShouldBe("MISS v2");
        await rig.BecomesAsync("/page", "HIT v2");
        RawHead.Read(file).Version.ShouldBe(5ul);
        rig.Nginx.ErrorLog.ShouldContain("version mismatch");
    }

    [Fact]
    public async Task A_download_under_way_completes_intact()
    {
        var body = new string('x', 8 * 1024 * 1024);
        await using var rig = await Rig.StartAsync(request => OriginReply.Text(request.Number == 1 ? body : "new"));
        var file = await rig.FillAsync("/page");
        using var response = await rig.Nginx.Probe.OpenAsync("/page");
        RawHead.Write(file, validSec: 1, updatingSec: 0, errorSec: 0, lastModified: 0);
        File.Delete(file);
        (await rig.SeenAsync("/page")).ShouldEndWith(" new");
        var got = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        (got == body).ShouldBeTrue();
    }

    [Fact]
    public async Task A_fill_under_way_during_the_unlink_is_stored_after_it()
    {
        var end = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(_ => OriginReply.Text("old") with { MidBody = end.Task });
        var reply = rig.GetAsync("/page");
        await Eventually.TrueAsync(() => CacheFiles.Others(rig.CacheDir).Length == 1, "the temp file");
        CacheFiles.List(rig.CacheDir).ShouldBeEmpty(); // a purge now finds nothing to remove
        end.SetResult();
        await reply;
        await rig.BecomesAsync("/page", "HIT old");
    }

    /// <summary>Fills one entry and has nginx keep its file open.</summary>
    private static async Task<string> OpenedAsync(Rig rig)
    {
        var file = await rig.FillAsync("/page");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        return file;
    }
}
