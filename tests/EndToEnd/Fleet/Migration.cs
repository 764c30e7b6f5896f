using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>docs/MIGRATING-FROM-VARNISH-TOWNCRIER.md, followed word for word: its YAML and its lines are taken out of it and run.</summary>
public sealed class Migration
{
    private const string ConfigFile = "varnish-towncrier.yml";

    // What each line of section 4 renews. A line that is added to the page needs a row here.
    private static readonly Dictionary<string, string[]> Renews = new()
    {
        ["towncrier publish purge --config varnish-towncrier.yml --host www.example.org /news/ '/news/42?page=2'"] = ["/news/", "/news/42?page=2"],
        ["towncrier publish xkey --config varnish-towncrier.yml article-42"] = ["/tagged"],
        ["towncrier publish xkey --config varnish-towncrier.yml --soft article-42"] = ["/tagged"],
        ["towncrier publish ban --config varnish-towncrier.yml 'obj.http.x-url ~ ^/news/'"] = ["/news/", "/news/42?page=2", "/news/7"],
        ["towncrier publish ban --config varnish-towncrier.yml --url --host www.example.org '^/news/'"] = ["/news/", "/news/42?page=2", "/news/7"],
    };

    private readonly MigrationPage _page = new();

    [Fact]
    public async Task The_configuration_is_read_as_it_stands_and_the_variables_are_stronger()
    {
        await using var site = await MigrationSite.StartAsync();
        await site.WriteAsync(ConfigFile, _page.Yaml("2. "));
        var line = _page.Lines("2. ").ShouldHaveSingleItem();
        var run = await site.TypeAsync(line);
        run.ExitCode.ShouldBe(0, run.Stderr);
        foreach (var part in (string[])["redis:", "varnish:", "127.0.0.1:6379", "127.0.0.1:8080", "varnish.purge", "x-xkey", "x-xkey-soft", "x-ban-expression", "x-ban-url"])
            run.Stdout.ShouldContain(site.Here(part));

        foreach (var name in (string[])["VT_REDIS_URI", "VT_REDIS_PASSWORD", "VT_REDIS_SUBSCRIBE", "VT_ENDPOINT_URI", "_XKEYHEADER", "_SOFTXKEYHEADER", "_BANHEADER", "_BANURLHEADER"])
            _page.Section("2. ").ShouldContain($"`{name}`");
        run = await site.TypeAsync(
            line, ("VT_REDIS_URI", "redis://10.0.0.1:6380"), ("VT_REDIS_PASSWORD", "secret"), ("VT_REDIS_SUBSCRIBE", "one two"), ("VT_ENDPOINT_URI", "http://10.0.0.2:81/"),
            ("VT_ENDPOINT_XKEYHEADER", "h-1"), ("VT_ENDPOINT_SOFTXKEYHEADER", "h-2"), ("VT_ENDPOINT_BANHEADER", "h-3"), ("VT_ENDPOINT_BANURLHEADER", "h-4"));
        run.ExitCode.ShouldBe(0, run.Stderr);
        foreach (var part in (string[])["10.0.0.1:6380", "one", "two", "10.0.0.2:81", "h-1", "h-2", "h-3", "h-4"]) run.Stdout.ShouldContain(part);
        run.Stdout.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Varnish_is_purged_by_the_same_file()
    {
        await using var site = await MigrationSite.StartAsync();
        await site.WriteAsync(ConfigFile, _page.Yaml("2. "));
        var nobody = await site.TypeAsync(Renews.Keys.First());
        nobody.ExitCode.ShouldBe(3, "nobody is subscribed yet");
        nobody.Stderr.ShouldContain("nobody");
        await site.StartAgentAsync(_page.Lines("3. ").Where(line => line.StartsWith("towncrier", StringComparison.Ordinal)).ShouldHaveSingleItem());
        await EachLineWorksAsync(site, nginx: false);
    }

    [Fact]
    public async Task Nginx_is_purged_too_when_its_cache_is_named_on_the_command_line()
    {
        await using var site = await MigrationSite.StartAsync();
        await site.WriteAsync(ConfigFile, _page.Yaml("2. "));
        await site.StartAgentAsync(_page.Lines("5. ").ShouldHaveSingleItem());
        await EachLineWorksAsync(site, nginx: true);
    }

    [Fact]
    public async Task Or_when_it_is_added_to_the_file()
    {
        await using var site = await MigrationSite.StartAsync();
        await site.WriteAsync(ConfigFile, _page.Yaml("2. ") + _page.Yaml("5. "));
        await site.StartAgentAsync(_page.Lines("3. ")[^1]);
        await site.RenewsAsync(async () => await SaysAsync(site, Renews.Keys.First()), nginx: true, Renews.Values.First());
    }

    [Fact]
    public async Task Publishers_move_to_the_stream_one_by_one()
    {
        await using var site = await MigrationSite.StartAsync();
        await site.WriteAsync("towncrier.yaml", _page.Yaml("Nothing lost"));
        await site.StartAgentAsync("towncrier agent --config towncrier.yaml");
        var section = _page.Section("Nothing lost");
        foreach (var (id, command) in ((string, string)[])[("a", "PUBLISH varnish.purge MESSAGE"), ("b", "XADD towncrier MAXLEN '~' 100000 '*' message MESSAGE")])
        {
            section.ReplaceLineEndings(" ").ShouldContain($"`{command}`");
            await site.RenewsAsync(() => SendAsync(id, command), nginx: false, "/news/");
        }

        await SendAsync("b", "PUBLISH varnish.purge MESSAGE");
        await Eventually.TrueAsync(async () => await CountAsync("duplicate") == 1, "the second of the same id is known");
        (await CountAsync("applied")).ShouldBe(2);

        Task<CliResult> SendAsync(string id, string command) => SaysAsync(site, $"redis-cli -p {site.Redis.Port} " + command.Replace(
            "MESSAGE", $$"""'{"command":"purge","host":"www.example.org","value":["/news/"],"id":"{{id}}"}'""", StringComparison.Ordinal));
        async Task<double> CountAsync(string result) => (await site.Agent.MetricsAsync()).Sum("towncrier_invalidations_total", ("result", result));
    }

    private async Task EachLineWorksAsync(MigrationSite site, bool nginx)
    {
        var lines = _page.Lines("4. ");
        lines.ShouldBe(Renews.Keys);
        foreach (var line in lines) await site.RenewsAsync(() => SaysAsync(site, line), nginx, Renews[line]);
    }

    private static async Task<CliResult> SaysAsync(MigrationSite site, string line)
    {
        var run = await site.TypeAsync(line);
        run.ExitCode.ShouldBe(0, run.Stdout + run.Stderr);
        return run;
    }
}
