using System.Text;
using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>A child process (this assembly, running one explicit test) puts without end until SIGKILL.</summary>
public sealed class Killed
{
    private const string Variable = "TOWNCRIER_TEST_STORE";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_any_moment_nothing_torn_is_served_and_nothing_half_written_is_left()
    {
        using var folder = new TempFolder();
        for (var round = 0; round < 5; round++)
        {
            var since = DateTime.UtcNow;
            var child = ChildProcess.Start(
                Environment.ProcessPath!,
                [.. Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [typeof(Killed).Assembly.Location] : Array.Empty<string>(), "-explicit", "only", "-method", $"{typeof(Killed).FullName}.{nameof(Child_puts_until_it_is_killed)}"],
                new Dictionary<string, string> { [Variable] = folder.Path });
            await using (child)
            {
                await Eventually.TrueAsync(() => child.HasExited || (Directory.Exists(folder.Of("cache")) && Written(folder.Of("cache"), since) > 60 + (37 * round)), "the child puts", TimeSpan.FromSeconds(60));
                child.HasExited.ShouldBeFalse(child.Stdout + child.Stderr);
                child.Signal(9);
                await child.ExitAsync();
            }

            var site = await OpenStore.StartAsync(folder: folder.Path);
            Directory.GetFiles(folder.Of("cache/temp")).ShouldBeEmpty();
            for (var page = 0; page < 500; page++)
                if (site.Read($"https://www.example.org/{page}") is { } body) body.ShouldBe(BodyOf(page, int.Parse(body[..body.IndexOf(':', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)));
            site.Store.Count.ShouldBe(site.Files.Count());
            site.Store.Count.ShouldBeGreaterThan(50);
            await site.CloseAsync();
        }
    }

    [Fact(Explicit = true)]
    public async Task Child_puts_until_it_is_killed()
    {
        var site = await OpenStore.StartAsync(folder: Environment.GetEnvironmentVariable(Variable).ShouldNotBeNull());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var page = ((i * 4) + worker) % 500;
                using var body = new MemoryStream(Encoding.UTF8.GetBytes(BodyOf(page, i)));
                (await site.Store.PutAsync(new ObjectKey($"https://www.example.org/{page}"), OpenStore.Head("t"), body, Cancel)).ShouldBe(PutOutcome.Stored);
            }
        })));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_grew_is_not_served()
    {
        await using var site = await OpenStore.StartAsync();
        foreach (var page in (string[])["cut", "grown", "emptied", "whole"]) await site.PutAsync("https://www.example.org/" + page, new string('x', 5000));
        foreach (var file in site.Files.ToArray())
        {
            var text = await File.ReadAllTextAsync(file, Encoding.Latin1, Cancel);
            await using var open = File.Open(file, FileMode.Open);
            if (text.Contains("/cut", StringComparison.Ordinal)) open.SetLength(open.Length - 1);
            else if (text.Contains("/grown", StringComparison.Ordinal)) open.SetLength(open.Length + 1);
            else if (text.Contains("/emptied", StringComparison.Ordinal)) open.SetLength(0);
        }

        site.Read("https://www.example.org/cut").ShouldBeNull();
        site.Read("https://www.example.org/grown").ShouldBeNull();
        site.Read("https://www.example.org/emptied").ShouldBeNull();
        site.Read("https://www.example.org/whole").ShouldNotBeNull();
        await site.PutAsync("https://www.example.org/cut", "new");
        site.Read("https://www.example.org/cut").ShouldBe("new");
    }

    [Fact]
    public async Task A_second_store_on_the_directory_is_refused_and_the_first_goes_on()
    {
        await using var site = await OpenStore.StartAsync();
        (await Should.ThrowAsync<IOException>(() => OpenStore.StartAsync(options => options with { StateDirectory = site.Folder + "/other" }, site.Folder)))
            .Message.ShouldContain("in use by another store");
        await site.PutAsync("https://www.example.org/a", "a");
        site.Read("https://www.example.org/a").ShouldBe("a");
    }

    [Fact]
    public async Task What_was_stored_and_invalidated_is_so_after_a_restart()
    {
        using var folder = new TempFolder();
        var site = await OpenStore.StartAsync(folder: folder.Path);
        await site.PutAsync("https://www.example.org/a", "a", "keep");
        await site.PutAsync("https://www.example.org/b", "b", "drop");
        await site.Store.InvalidateTagsAsync(["drop"], Cancel);
        await site.CloseAsync();
        site = await OpenStore.StartAsync(folder: folder.Path);
        site.Read("https://www.example.org/a").ShouldBe("a");
        site.Read("https://www.example.org/b").ShouldBeNull();
        (await site.Store.InvalidateTagsAsync(["keep"], Cancel)).Sum(report => report.Purged).ShouldBe(1);
        await site.CloseAsync();
    }

    // Long enough for several writes: what two rounds leave would not fit together.
    private static string BodyOf(int page, int round) => $"{round}:{page}:" + new string((char)('a' + (round % 26)), 1000 + (round * 31 % 150_000));

    private static int Written(string cache, DateTime since) => Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories).Count(file => Path.GetFileName(file).Length == 32 && File.GetLastWriteTimeUtc(file) > since);
}
