using System.Text.RegularExpressions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>The files of samples/nginx are accepted by those who read them, and agree with one another.</summary>
public sealed partial class Nginx
{
    [Fact]
    public async Task Nginx_accepts_the_site()
    {
        await using var nginx = await NginxServer.StartAsync((port, cache) => SampleSite.Nginx(port, cache, FreePort.Next()));
        await using var test = ChildProcess.Start("nginx", ["-t", "-q", "-c", nginx.ConfigPath, "-e", "stderr"]);
        (await test.ExitAsync()).ShouldBe(0, test.Stderr);
        test.Stderr.ShouldNotContain("[warn]");
    }

    [Fact]
    public async Task Config_check_accepts_the_agents_configuration()
    {
        var run = await Cli.RunAsync("config", "check", RepositoryFolder.Of("samples", "nginx", "towncrier.yaml"));
        run.ExitCode.ShouldBe(0, run.Stderr);
        run.Stderr.ShouldBeEmpty();
        run.Stdout.ShouldContain("/var/cache/nginx/site");
    }

    [Fact]
    public void They_name_the_same_paths_and_key()
    {
        var (site, agent) = (SampleSite.Text("site.conf"), SampleSite.Text("towncrier.yaml"));
        var path = CachePath().Match(site).Groups[1].Value;
        agent.ShouldContain($"path: {path} ");
        agent.ShouldContain($"key: \"{Key().Match(site).Groups[1].Value}\"");
        SampleSite.ServiceText.ShouldContain($"\nReadWritePaths={path}\n");
        SampleSite.ServiceText.ShouldContain("agent --config /etc/towncrier/towncrier.yaml\n");
        agent.ShouldContain("state: /var/lib/towncrier/");
        SampleSite.ServiceText.ShouldContain("\nStateDirectory=towncrier\n");
    }

    [GeneratedRegex(@"^proxy_cache_path (\S+) ", RegexOptions.Multiline)]
    private static partial Regex CachePath();

    [GeneratedRegex(@"^\s*proxy_cache_key (\S+);", RegexOptions.Multiline)]
    private static partial Regex Key();
}
