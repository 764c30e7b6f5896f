using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>Where nginx puts what in a fresh version 5 file.</summary>
public class HeaderFields
{
    [Fact]
    public async Task A_fresh_file_has_version_5_and_its_key_at_342()
    {
        await using var rig = await Rig.CountingAsync();
        var head = RawHead.Read(await rig.FillAsync("/page?a=1"));
        (head.Version, head.KeyLabel, head.Key).ShouldBe((5ul, "\nKEY: ", "httplocalhost/page?a=1"));
        head.Bytes[head.HeaderStart - 1].ShouldBe((byte)'\n');
        head.Bytes[332..336].ShouldBe(new byte[4]);
    }

    [Fact]
    public async Task The_crc32_is_that_of_the_key_alone()
    {
        await using var rig = await Rig.CountingAsync();
        var head = RawHead.Read(await rig.FillAsync("/page?a=1"));
        head.Crc32.ShouldBe(RawHead.Crc32Of("httplocalhost/page?a=1"));
        RawHead.Crc32Of("123456789").ShouldBe(0xCBF43926u); // the check value every CRC-32 catalogue gives
    }

    [Fact]
    public async Task The_response_head_stands_from_header_start_to_body_start_and_the_body_after_it()
    {
        await using var rig = await Rig.CountingAsync(null, ("X-One", "1"));
        var head = RawHead.Read(await rig.FillAsync("/page"));
        head.Head.ShouldBe("HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
        head.Body.ShouldBe("v1");
    }

    [Fact]
    public async Task Valid_sec_is_the_absolute_second_at_which_freshness_ends()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Valid = "any 100s" });
        var before = RawHead.Now;
        var head = RawHead.Read(await rig.FillAsync("/page"));
        head.ValidSec.ShouldBeInRange(before + 99, RawHead.Now + 100);
        (head.UpdatingSec, head.ErrorSec, head.LastModified).ShouldBe((0, 0, -1));
        ((int)head.ValidMsec).ShouldBeInRange(0, 999);
    }

    [Fact]
    public async Task Updating_sec_and_error_sec_are_lengths_of_time_from_cache_control()
    {
        await using var rig = await Rig.CountingAsync(
            null, ("Cache-Control", "max-age=50, stale-while-revalidate=30, stale-if-error=40"));
        var head = RawHead.Read(await rig.FillAsync("/page"));
        (head.ValidSec - head.Date, head.UpdatingSec, head.ErrorSec).ShouldBe((50, 30, 40));
    }

    [Fact]
    public async Task Last_modified_and_etag_are_the_origins()
    {
        await using var rig = await Rig.CountingAsync(
            null, ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"), ("ETag", "\"abc\""));
        var head = RawHead.Read(await rig.FillAsync("/page"));
        (head.LastModified, head.ETag, head.Vary).ShouldBe((784111777, "\"abc\"", ""));
    }

    [Fact]
    public async Task Vary_stands_as_sent_and_variant_is_the_hash_of_what_was_asked()
    {
        await using var rig = await Rig.CountingAsync(null, ("Vary", "Accept-Language"));
        var file = await rig.FillAsync("/page", ("Accept-Language", "fr"));
        var head = RawHead.Read(file);
        var hash = CacheFiles.Md5([.. CacheFiles.Md5("httplocalhost/page"u8), .. "accept-language:fr\r\n"u8]);
        (head.Vary, head.Variant).ShouldBe(("Accept-Language", Convert.ToHexStringLower(hash)));
    }

    [Fact]
    public async Task Date_is_nginxs_own_clock_when_the_response_head_came_whatever_the_origin_says()
    {
        var end = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(_ => OriginReply.Text(
            "body", ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Age", "100")) with
        { MidBody = end.Task });
        var before = RawHead.Now;
        var reply = rig.GetAsync("/page");
        await rig.Origin.WaitForAsync("/page");
        await Eventually.TrueAsync(() => CacheFiles.Others(rig.CacheDir).Length == 1, "the temp file");
        var headCame = RawHead.Now;
        await Eventually.TrueAsync(() => RawHead.Now > headCame, "the clock's next second");
        end.SetResult();
        await reply;
        var head = RawHead.Read((await CacheFiles.WaitForAsync(rig.CacheDir, 1))[0]);
        head.Date.ShouldBeInRange(before - 1, headCame);
    }

    [Fact]
    public async Task A_head_larger_than_the_buffer_is_not_cached_and_a_larger_buffer_stores_all_of_it()
    {
        var big = new string('t', 10_000);
        await using var small = await Rig.CountingAsync(null, ("Cache-Tag", big));
        (await small.GetAsync("/page")).Status.ShouldBe(502);
        CacheFiles.List(small.CacheDir).ShouldBeEmpty();

        await using var large = await Rig.CountingAsync(
            nginx => nginx with { Location = "proxy_buffer_size 16k; proxy_buffers 8 16k;" }, ("Cache-Tag", big));
        var head = RawHead.Read(await large.FillAsync("/page"));
        head.Head.ShouldContain(big);
        ((int)head.BodyStart).ShouldBeInRange(10_000, 16 * 1024);
    }

    [Fact]
    public async Task A_hidden_header_is_kept_in_the_file()
    {
        await using var rig = await Rig.CountingAsync(
            nginx => nginx with { Location = "proxy_hide_header Cache-Tag;" }, ("Cache-Tag", "a,b"));
        var file = await rig.FillAsync("/page");
        (await rig.GetAsync("/page")).Headers.ContainsKey("Cache-Tag").ShouldBeFalse();
        RawHead.Read(file).Head.ShouldContain("Cache-Tag: a,b\r\n");
    }
}
