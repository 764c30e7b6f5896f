using Towncrier.Agent;

namespace Towncrier.Store.Tests;

/// <summary>What is invalidated is gone when the call returns, and nothing else is.</summary>
public sealed class Invalidating
{
    private const string Site = "https://www.example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_takes_what_carries_it_whatever_characters_are_in_it()
    {
        await using var site = await OpenStore.StartAsync();
        string[] tags = ["plain", "product 42", "a,b", "x;y", "100%", "Überschrift", "percent%20"];
        foreach (var tag in tags) await site.PutAsync($"{Site}/{Uri.EscapeDataString(tag)}", tag, tag, "all");
        await site.PutAsync(Site + "/other", "other", "b", "product", "42");
        foreach (var tag in tags)
        {
            site.Read($"{Site}/{Uri.EscapeDataString(tag)}").ShouldBe(tag);
            var reports = await site.Store.InvalidateTagsAsync([tag], Cancel);
            reports.Sum(report => report.Purged).ShouldBe(1, tag);
            site.Read($"{Site}/{Uri.EscapeDataString(tag)}").ShouldBeNull(tag);
        }

        site.Read(Site + "/other").ShouldBe("other");
    }

    [Theory]
    [InlineData("https://www.example.org/a")]
    [InlineData("www.example.org/a")]
    [InlineData("/a")]
    public async Task A_url_takes_all_its_variants(string url)
    {
        await using var site = await OpenStore.StartAsync();
        foreach (var variant in (string[])["", "de", "gzip"])
            await site.Store.PutAsync(new ObjectKey(Site + "/a", variant), OpenStore.Head(), OpenStore.Bytes("x"), Cancel);
        await site.PutAsync(Site + "/a?b", "query");
        await site.PutAsync(Site + "/ab", "longer");
        (await site.Store.InvalidateUrlsAsync([url], Cancel)).Sum(report => report.Purged).ShouldBe(3);
        site.Read(Site + "/a", "de").ShouldBeNull();
        site.Read(Site + "/a?b").ShouldBe("query");
        site.Read(Site + "/ab").ShouldBe("longer");
        site.Files.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Keys_that_are_no_urls_go_by_tag_and_as_keys()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync("session:1", "one", "t");
        await site.PutAsync("session:2", "two", "t");
        await site.Store.InvalidateAsync(new InvalidationBuilder().PurgeKey("session:1").Build(), Cancel);
        site.Read("session:1").ShouldBeNull();
        site.Read("session:2").ShouldBe("two");
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        site.Read("session:2").ShouldBeNull();
    }

    [Fact]
    public async Task What_is_put_after_an_invalidation_is_stored_however_soon_it_is()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Fence = TimeSpan.FromMinutes(10) });
        for (var i = 0; i < 500; i++)
        {
            await site.Store.InvalidateTagsAsync(["t"], Cancel);
            site.Read(Site + "/a").ShouldBeNull();
            await site.PutAsync(Site + "/a", "new", "t");
            site.Read(Site + "/a").ShouldBe("new");
        }

        await site.Store.InvalidateTagsAsync(["other"], Cancel); // handles what the watcher was told
        site.Read(Site + "/a").ShouldBe("new");
    }

    [Fact]
    public async Task What_was_being_made_when_it_was_invalidated_is_not_stored()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Fence = TimeSpan.FromMinutes(10) });
        var before = DateTimeOffset.UtcNow;
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        var after = DateTimeOffset.UtcNow;
        var head = OpenStore.Head("t");
        (await site.Store.PutAsync(new ObjectKey(Site + "/a"), head with { Made = before }, OpenStore.Bytes("old"), Cancel)).ShouldBe(PutOutcome.Invalidated);
        site.Read(Site + "/a").ShouldBeNull();
        (await site.Store.PutAsync(new ObjectKey(Site + "/b"), OpenStore.Head("u") with { Made = before }, OpenStore.Bytes("another's"), Cancel)).ShouldBe(PutOutcome.Stored);
        (await site.Store.PutAsync(new ObjectKey(Site + "/a"), head with { Made = after }, OpenStore.Bytes("new"), Cancel)).ShouldBe(PutOutcome.Stored);
        (await site.Store.PutAsync(new ObjectKey(Site + "/a"), head with { Made = DateTimeOffset.MaxValue }, OpenStore.Bytes("newer"), Cancel)).ShouldBe(PutOutcome.Stored);
        site.Read(Site + "/a").ShouldBe("newer");
        (await site.Store.PutAsync(new ObjectKey(Site + "/c"), head with { Made = DateTimeOffset.MinValue }, OpenStore.Bytes("old"), Cancel)).ShouldBe(PutOutcome.Invalidated);
    }

    [Fact]
    public async Task A_refused_message_changes_nothing_and_says_why()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync(Site + "/a", "a");
        (await Should.ThrowAsync<ArgumentException>(() => site.Store.InvalidateAsync([new Invalidation { Id = "x", Command = InvalidationCommand.BanUrl, Values = ["("] }], Cancel)))
            .Message.ShouldContain("Not enough )");
        site.Read(Site + "/a").ShouldBe("a");
    }

    [Fact]
    public async Task Put_again_after_an_invalidation_there_is_a_row_for_each_file_and_a_file_for_each_row()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Fence = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 200; i++) await site.PutAsync($"{Site}/{i}", "old", "t");
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        await Task.Delay(300, Cancel); // as in the report of the defect this is about
        for (var i = 0; i < 200; i++) await site.PutAsync($"{Site}/{i}", "new", "t");
        for (var i = 0; i < 200; i++) site.Read($"{Site}/{i}").ShouldBe("new");
        // The fence ends: what was put while it stood may have been made from old data, and goes once.
        await Peers.Eventually.TrueAsync(() => site.Store.Count == 0, "the fence has taken what was put while it stood");
        site.Files.ShouldBeEmpty();
        for (var i = 0; i < 200; i++) await site.PutAsync($"{Site}/{i}", "newest", "t");
        AllAgree(site);
        site.Store.Count.ShouldBe(200);
    }

    [Fact]
    public async Task Puts_reads_touches_and_invalidations_at_once_leave_rows_and_files_alike()
    {
        await using var site = await OpenStore.StartAsync();
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 400; i++)
            {
                var page = random.Next(60);
                var key = $"{Site}/{page}";
                switch (random.Next(10))
                {
                    case < 6: (await site.Store.PutAsync(new ObjectKey(key), OpenStore.Head($"tag-{page % 7}", $"by-{worker}"), OpenStore.Bytes($"{page}:{i}"), Cancel)).ShouldBeOneOf(PutOutcome.Stored, PutOutcome.Invalidated); break;
                    case < 8: site.Read(key)?.ShouldStartWith($"{page}:"); break;
                    case 8: site.Store.Touch(new ObjectKey(key), DateTimeOffset.UtcNow.AddHours(2)); break;
                    default: await site.Store.InvalidateTagsAsync([$"tag-{random.Next(7)}"], Cancel); break;
                }
            }
        }));
        await Task.WhenAll(workers);
        await Peers.Eventually.TrueAsync(() => site.Store.Count == site.Files.Count(), "as many rows as files");
        AllAgree(site);
        await site.Store.InvalidateAsync(new InvalidationBuilder().PurgeAll().Build(), Cancel);
        site.Files.ShouldBeEmpty();
        site.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Each_of_many_objects_is_stored_and_read_back()
    {
        await using var site = await OpenStore.StartAsync();
        var objects = Peers.Scale.Of(100_000);
        await Parallel.ForAsync(0, objects, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (i, cancel) =>
            (await site.Store.PutAsync(new ObjectKey($"{Site}/{i}"), OpenStore.Head($"tag-{i % 100}"), OpenStore.Bytes($"body {i}"), cancel)).ShouldBe(PutOutcome.Stored));
        site.Store.Count.ShouldBe(objects);
        for (var i = 0; i < objects; i += 7) site.Read($"{Site}/{i}").ShouldBe($"body {i}");
        (await site.Store.InvalidateTagsAsync(["tag-5"], Cancel)).Sum(report => report.Purged).ShouldBe(objects / 100);
        AllAgree(site);
    }

    private static void AllAgree(OpenStore site)
    {
        var listed = site.Store.List(new EntryQuery(null, null, null, null, null, null, int.MaxValue), out _).Select(entry => entry.File);
        listed.Order().ShouldBe(site.Files.Order());
        site.Store.CheckIntegrity();
    }
}
