using Towncrier.EndToEnd.Fleet;

namespace Towncrier.EndToEnd.Samples;

/// <summary>Each sample of a publisher, run as it stands, purges one page by its URL and one by its tag on a real agent, and no other.</summary>
public sealed class Publishers
{
    [Theory]
    [InlineData("channel.sh")]
    [InlineData("stream.sh")]
    [InlineData("http.sh")]
    public Task Shell(string file) => PurgesAsync(stage => RunAsync(stage, "sh", [Of("shell", file)]));

    [Fact]
    public async Task Php_with_phpredis()
    {
        if (!await WorksAsync("php", "-r", "exit(class_exists('Redis') ? 0 : 1);")) Assert.Skip("php or its extension redis is not installed (Debian: php-cli php-redis)");
        await PurgesAsync(stage => RunAsync(stage, "php", [Of("php", "phpredis.php")]));
    }

    [Fact]
    public async Task Php_with_predis()
    {
        const string installed = "/usr/share/php/Predis/autoload.php";
        if (!File.Exists(installed)) Assert.Skip("Predis is not installed (Debian: php-nrk-predis)");
        using var folder = new TempFolder();
        // As composer would lay it out.
        folder.Make("vendor");
        await File.WriteAllTextAsync(folder.Of("vendor", "autoload.php"), $"<?php require '{installed}';", TestContext.Current.CancellationToken);
        File.Copy(Of("php", "predis.php"), folder.Of("predis.php"));
        await PurgesAsync(stage => RunAsync(stage, "php", ["-d", "include_path=" + folder.Path, "-d", "error_reporting=" + 8191, folder.Of("predis.php")]));
    }

    [Fact]
    public async Task Node_with_node_redis()
    {
        using var folder = new TempFolder();
        foreach (var name in (string[])["package.json", "publish.js"]) File.Copy(Of("node", name), folder.Of(name));
        if (!await WorksAsync("npm", "--version")) Assert.Skip("npm is not installed (Debian: npm)");
        if (!await WorksAsync("npm", "install", "--prefix", folder.Path, "--no-audit", "--no-fund", "--fetch-retries", "0")) Assert.Skip("npm has no registry to install node-redis from");
        await PurgesAsync(stage => RunAsync(stage, "node", [folder.Of("publish.js")]));
    }

    [Fact]
    public async Task Python_with_redis_py()
    {
        var python = "";
        foreach (var name in (string[])["python3", "/usr/bin/python3"])
            if (python.Length == 0 && await WorksAsync(name, "-c", "import redis")) python = name;
        if (python.Length == 0) Assert.Skip("redis-py is not installed (Debian: python3-redis)");
        await PurgesAsync(stage => RunAsync(stage, python, [Of("python", "publish.py")]));
    }

    [Theory]
    [InlineData("towncrier")]
    [InlineData("stackexchange")]
    public Task Dotnet(string with) => PurgesAsync(stage => RunAsync(
        stage, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "publish-sample.dll"), with, with == "towncrier" ? stage.Redis.Url : $"127.0.0.1:{stage.Redis.Port}"]));

    [Fact]
    public void The_readme_says_of_each_whether_it_is_run()
    {
        var readme = File.ReadAllText(Of("README.md"));
        foreach (var folder in Directory.GetDirectories(Of()).Select(Path.GetFileName))
            readme.ShouldContain($"`{folder}/", customMessage: folder);
    }

    private static async Task PurgesAsync(Func<RedisFleet, Task> publish)
    {
        await using var fleet = await RedisFleet.StartAsync(["cache-1"]);
        var (url, tag, other) = (fleet.Page("cache-1", "/news/42"), fleet.Page("cache-1", "/a", headers: "Cache-Tag: front article-42\r\n"), fleet.Page("cache-1", "/news/421"));
        await fleet["cache-1"].HoldsAsync(3);
        await publish(fleet);
        await Eventually.TrueAsync(() => !File.Exists(url) && !File.Exists(tag), "the page and the tag are purged");
        File.Exists(other).ShouldBeTrue();
        (await fleet["cache-1"].MetricsAsync()).Sum("towncrier_refusals_total").ShouldBe(0);
    }

    private static async Task RunAsync(RedisFleet fleet, string program, string[] args)
    {
        await using var process = ChildProcess.Start(program, args, new Dictionary<string, string>
        {
            ["REDIS_URL"] = args[^1].EndsWith("predis.php", StringComparison.Ordinal) ? $"tcp://127.0.0.1:{fleet.Redis.Port}" : fleet.Redis.Url,
            ["REDIS_PORT"] = $"{fleet.Redis.Port}",
            ["TOWNCRIER_URL"] = fleet["cache-1"].Address,
        });
        (await process.ExitAsync()).ShouldBe(0, process.Stdout + process.Stderr);
    }

    private static async Task<bool> WorksAsync(string program, params string[] args)
    {
        try
        {
            await using var process = ChildProcess.Start(program, args);
            return await process.ExitAsync(TimeSpan.FromSeconds(60)) == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }

    private static string Of(params string[] names) => RepositoryFolder.Of(["samples", "publishers", .. names]);
}
