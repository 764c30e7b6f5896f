using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.Store;

namespace Towncrier.EndToEnd.Stores;

/// <summary>A store's directory is a cache like nginx's to everything else: the command line, and an agent of another process.</summary>
public sealed class Same_files : IAsyncLifetime
{
    private const string Site = "https://www.example.org";

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private DiskStore? _store;
    private Task _running = Task.CompletedTask;

    private string Cache => _folder.Of("cache");

    public async ValueTask InitializeAsync()
    {
        _store = DiskStore.Open(new StoreOptions { Directory = Cache, Fence = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);
        _running = _store.RunAsync(_stop.Token);
        foreach (var variant in (string[])["", "de", "fr"]) await PutAsync("/news?page=2", variant, "news", "page 2");
        await PutAsync("/shop/1", "", "shop", "product-1");
        await PutAsync("/shop/2", "", "shop", "product-2");
    }

    [Fact]
    public async Task They_are_listed_inspected_and_purged_without_an_agent()
    {
        var listed = (await Cli.RunAsync("ls", Cache, "--json")).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        listed.Select(entry => (string)entry["key"]!).ShouldBe([Site + "/news?page=2", Site + "/news?page=2", Site + "/news?page=2", Site + "/shop/1", Site + "/shop/2"], ignoreOrder: true);
        var product = listed.Single(entry => ((string)entry["key"]!).EndsWith("/1", StringComparison.Ordinal));
        product["tags"]!.AsArray().Select(tag => (string)tag!).ShouldBe(["product-1", "shop"], ignoreOrder: true);
        var inspected = await Cli.RunAsync("inspect", (string)product["file"]!);
        (inspected.ExitCode, inspected.Stderr).ShouldBe((0, ""));
        inspected.Stdout.ShouldContain(Site + "/shop/1");
        (await Cli.RunAsync("purge", "--cache", Cache, "--url", Site + "/news?page=2")).ExitCode.ShouldBe(0);
        foreach (var variant in (string[])["", "de", "fr"]) Read("/news?page=2", variant).ShouldBeNull();
        Read("/shop/1").ShouldBe("/shop/1");
        await Eventually.TrueAsync(() => _store!.Count == 2, "the store has noticed");
    }

    [Fact]
    public async Task An_agent_of_another_process_purges_them_and_says_why()
    {
        await using var agent = await RunningAgent.StartAsync(_folder, Cache);
        var why = await Cli.RunAsync("why", Site + "/news?page=2", "--agent", agent.Address);
        why.Stdout.ShouldContain("is cached here in 3 file(s)");
        (await Cli.RunAsync("purge", "--tag", "shop", "--agent", agent.Address)).ExitCode.ShouldBe(0);
        Read("/shop/1").ShouldBeNull();
        Read("/shop/2").ShouldBeNull();
        (await Cli.RunAsync("purge", "--tag", "page%202", "--soft", "--agent", agent.Address)).ExitCode.ShouldBe(0);
        Read("/news?page=2", "de").ShouldBeNull();
        (await Cli.RunAsync("why", Site + "/news?page=2", "--agent", agent.Address)).Stdout.ShouldContain("xkey");
        await PutAsync("/shop/1", "", "shop");
        Read("/shop/1").ShouldBe("/shop/1");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _store!.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task PutAsync(string path, string variant, params string[] tags)
    {
        var head = new ObjectHead { Expires = DateTimeOffset.UtcNow.AddHours(1), Tags = tags };
        (await _store!.PutAsync(new ObjectKey(Site + path, variant), head, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(path)), TestContext.Current.CancellationToken)).ShouldBe(PutOutcome.Stored);
    }

    private string? Read(string path, string variant = "")
    {
        using var found = _store!.TryOpen(new ObjectKey(Site + path, variant));
        return found is null ? null : Encoding.UTF8.GetString(found.ToArray());
    }
}
