using System.Text;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>How nginx names files, keys, variants and folders.</summary>
public class Names
{
    [Theory]
    [InlineData("1:2")]
    [InlineData("2:2")]
    [InlineData("1")]
    [InlineData("1:1:2")]
    public async Task A_file_is_named_by_the_md5_of_its_key_below_levels_cut_from_its_end(string levels)
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Levels = levels });
        var file = await rig.FillAsync("/page");
        file.ShouldBe(CacheFiles.PathOf(rig.CacheDir, "httplocalhost/page", levels));
    }

    [Fact]
    public async Task With_levels_1_2_the_folders_are_the_last_digit_and_the_two_before_it()
    {
        await using var rig = await Rig.CountingAsync();
        var file = await rig.FillAsync("/page");
        var name = CacheFiles.NameOf("httplocalhost/page");
        Path.GetRelativePath(rig.CacheDir, file).ShouldBe($"{name[31]}/{name[29..31]}/{name}");
    }

    [Fact]
    public async Task Level_folders_are_made_by_the_first_fill_that_needs_them_and_are_the_workers_alone()
    {
        await using var rig = await Rig.CountingAsync();
        Directory.GetFileSystemEntries(rig.CacheDir).ShouldBeEmpty();
        var file = await rig.FillAsync("/page");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        for (var folder = Path.GetDirectoryName(file)!; folder != rig.CacheDir; folder = Path.GetDirectoryName(folder)!)
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Without_proxy_cache_key_the_key_names_the_upstream_and_not_the_host_header()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Key = null });
        await rig.Nginx.Probe.GetAsync("/a/b?c=d", host: "www.example.org");
        var file = (await CacheFiles.WaitForAsync(rig.CacheDir, 1))[0];
        RawHead.Read(file).Key.ShouldBe($"http://127.0.0.1:{rig.Origin.Port}/a/b?c=d");
    }

    [Fact]
    public async Task A_key_made_with_uri_can_hold_a_line_break_and_a_forged_key_line()
    {
        await using var rig = await Rig.CountingAsync(nginx => nginx with { Key = "$scheme$host$uri" });
        var file = await rig.FillAsync("/a%0AKEY:%20httplocalhost/forged");
        const string key = "httplocalhost/a\nKEY: httplocalhost/forged";
        RawHead.Read(file).Key.ShouldBe(key);
        file.ShouldBe(CacheFiles.PathOf(rig.CacheDir, key));
    }

    [Fact]
    public async Task The_first_variant_takes_the_main_name_and_the_next_the_name_in_its_variant_field()
    {
        await using var rig = await Rig.CountingAsync(null, ("Vary", "Accept-Language"));
        var first = await rig.FillAsync("/page", ("Accept-Language", "en"));
        var second = await rig.FillAsync("/page", ("Accept-Language", "fr"));
        Path.GetFileName(first).ShouldBe(CacheFiles.NameOf("httplocalhost/page"));
        Path.GetFileName(second).ShouldBe(RawHead.Read(second).Variant);
        RawHead.Read(second).Key.ShouldBe(RawHead.Read(first).Key);
        RawHead.Read(first).Variant.ShouldNotBe(Path.GetFileName(first));
    }

    [Theory]
    [InlineData("fr , en;q=0.5,,de", "fr,en;q=0.5,de")]
    [InlineData("", "")]
    public async Task A_variant_hashes_lower_case_names_and_values_without_spaces(string sent, string hashed)
    {
        await using var rig = await Rig.CountingAsync(null, ("Vary", "Accept-Language, X-Shape"));
        await rig.FillAsync("/page", ("X-Shape", "round"));
        (string, string)[] headers = sent.Length > 0 ? [("Accept-Language", sent)] : [];
        var second = await rig.FillAsync("/page", headers);
        byte[] from = [.. CacheFiles.Md5("httplocalhost/page"u8), .. Encoding.ASCII.GetBytes($"accept-language:{hashed}\r\nx-shape:\r\n")];
        Path.GetFileName(second).ShouldBe(Convert.ToHexStringLower(CacheFiles.Md5(from)));
    }

    [Fact]
    public async Task Removing_only_the_main_file_leaves_the_other_variants_served_once_it_is_filled_again()
    {
        await using var rig = await Rig.CountingAsync(null, ("Vary", "Accept-Language"));
        var main = await rig.FillAsync("/page", ("Accept-Language", "en"));
        await rig.FillAsync("/page", ("Accept-Language", "fr"));
        File.Delete(main);
        (await rig.SeenAsync("/page", ("Accept-Language", "en"))).ShouldBe("MISS v3");
        await CacheFiles.WaitForAsync(rig.CacheDir, 2);
        (await rig.SeenAsync("/page", ("Accept-Language", "fr"))).ShouldBe("HIT v2");
    }

    [Fact]
    public async Task Without_the_main_file_any_variant_is_a_miss_and_takes_the_main_name()
    {
        await using var rig = await Rig.CountingAsync(null, ("Vary", "Accept-Language"));
        var main = await rig.FillAsync("/page", ("Accept-Language", "en"));
        var second = await rig.FillAsync("/page", ("Accept-Language", "fr"));
        File.Delete(main);
        (await rig.SeenAsync("/page", ("Accept-Language", "fr"))).ShouldBe("MISS v3");
        await CacheFiles.WaitForAsync(rig.CacheDir, 2);
        RawHead.Read(main).Variant.ShouldBe(Path.GetFileName(second));
        RawHead.Read(main).Body.ShouldBe("v3");
        RawHead.Read(second).Body.ShouldBe("v2");
    }

    [Fact]
    public async Task A_slow_fill_is_named_with_ten_digits_after_the_final_name_in_the_same_folder()
    {
        var end = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(_ => OriginReply.Text("body") with { MidBody = end.Task });
        var reply = rig.GetAsync("/page");
        await Eventually.TrueAsync(() => CacheFiles.Others(rig.CacheDir).Length == 1, "the temp file");
        CacheFiles.List(rig.CacheDir).ShouldBeEmpty();
        CacheFiles.Others(rig.CacheDir)[0].ShouldMatch(
            "^" + CacheFiles.PathOf(rig.CacheDir, "httplocalhost/page") + @"\.\d{10}$");
        end.SetResult();
        (await reply).Body.ShouldBe("body");
        await CacheFiles.WaitForAsync(rig.CacheDir, 1);
        CacheFiles.Others(rig.CacheDir).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_use_temp_path_a_slow_fill_stays_outside_the_cache_directory()
    {
        var end = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync(
            _ => OriginReply.Text("body") with { MidBody = end.Task }, nginx => nginx with { UseTempPath = true });
        var reply = rig.GetAsync("/page");
        await Eventually.TrueAsync(
            () => Directory.GetFiles(rig.Nginx.TempPath, "*", SearchOption.AllDirectories).Length == 1, "the temp file");
        CacheFiles.Others(rig.CacheDir).ShouldBeEmpty();
        end.SetResult();
        await reply;
        await CacheFiles.WaitForAsync(rig.CacheDir, 1);
    }
}
