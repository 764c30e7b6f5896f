using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>One purge takes every variant of a page, whoever asks and however nginx holds its files.</summary>
public class Variants
{
    private static readonly string[] Languages = ["de", "en", "fr"];

    private const string Updating = "proxy_cache_use_stale updating; proxy_cache_background_update on;";
    private const string Failing = "proxy_cache_use_stale error timeout updating http_502;";

    [Theory]
    [InlineData("PURGE")]
    [InlineData("POST url")]
    [InlineData("POST tag")]
    [InlineData("purge --url")]
    [InlineData("purge --tag")]
    public async Task Every_variant_is_gone_after_one_purge(string how)
    {
        await using var stage = await Stage.StartAsync(Speaking, new Play { OnDisk = true });
        await FillAsync(stage);
        (await PurgeAsync(stage, how)).ShouldBe(Languages.Length);
        CacheFiles.List(stage.CacheDir).Length.ShouldBe(1); // the neighbour
        await AllAnewAsync(stage, "MISS");
        (await stage.SeenAsync("/neighbour")).ShouldBe("HIT ");
    }

    [Theory]
    [InlineData("PURGE", "")]
    [InlineData("POST url", Updating)]
    [InlineData("POST tag", Failing)]
    [InlineData("purge --url", "proxy_cache_lock on;")]
    public async Task Also_out_of_an_open_file_cache_and_whatever_may_be_served_stale(string how, string location)
    {
        await using var stage = await Stage.StartAsync(
            Speaking, new Play { Nginx = nginx => nginx with { OpenFileCache = true, Location = location } });
        await FillAsync(stage);
        await PurgeAsync(stage, how);
        await AllAnewAsync(stage, "MISS");
    }

    [Theory]
    [InlineData("PURGE")]
    [InlineData("POST tag")]
    public async Task Also_while_the_origin_is_down(string how)
    {
        await using var stage = await Stage.StartAsync(
            Speaking, new Play { Nginx = nginx => nginx with { OpenFileCache = true, Location = Failing } });
        await FillAsync(stage);
        await stage.Origin.DisposeAsync();
        await PurgeAsync(stage, how);
        foreach (var language in Languages)
            (await stage.GetAsync("/page", ("Accept-Language", language))).Status.ShouldBe(502);
    }

    private static OriginReply Speaking(OriginRequest request) => request.Path == "/neighbour"
        ? OriginReply.Text("", ("Cache-Tag", "other"))
        : OriginReply.Text($"{request.Header("Accept-Language")} {request.Number}", ("Vary", "Accept-Language"), ("Cache-Tag", "article-42 news"));

    /// <summary>Fills three variants and a neighbour, and has nginx open each file twice.</summary>
    private static async Task FillAsync(Stage stage)
    {
        foreach (var language in Languages)
            (await stage.SeenAsync("/page", ("Accept-Language", language))).ShouldStartWith("MISS " + language);
        (await stage.SeenAsync("/neighbour")).ShouldBe("MISS ");
        await CacheFiles.WaitForAsync(stage.CacheDir, Languages.Length + 1);
        foreach (var language in Languages)
        {
            await stage.CachedAsync("/page", ("Accept-Language", language));
            await stage.CachedAsync("/page", ("Accept-Language", language));
        }
    }

    private static async Task AllAnewAsync(Stage stage, string status)
    {
        foreach (var language in Languages)
        {
            var reply = await stage.GetAsync("/page", ("Accept-Language", language));
            reply.CacheStatus.ShouldBe(status);
            int.Parse(reply.Body.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(Languages.Length);
        }
    }

    /// <summary>How many files the agent says it purged.</summary>
    private static async Task<long> PurgeAsync(Stage stage, string how)
    {
        var agent = $"http://127.0.0.1:{stage.AgentPort}";
        switch (how)
        {
            case "PURGE":
                var reply = await stage.Agent.Probe.SendAsync(new HttpMethod("PURGE"), "localhost", "/page");
                var told = new Told(reply.Status, reply.Body);
                (told.Status, told.State).ShouldBe((200, "applied"));
                return told.Purged;
            case "POST url":
                return (await stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "http://localhost/page" } })).Purged;
            case "POST tag":
                return (await stage.Agent.AppliedAsync(new { command = "xkey", value = new[] { "article-42" } })).Purged;
            default:
                var result = await Cli.RunAsync(["purge", "--agent", agent, "--json", .. how == "purge --url" ? ["--url", "/page"] : new[] { "--tag", "article-42" }]);
                result.ExitCode.ShouldBe(0, result.Stdout + result.Stderr);
                return new Told(200, result.Stdout.Trim()).Purged;
        }
    }
}
