using System.Buffers;
using System.Text;
using Towncrier.Agent.Governing;

namespace Towncrier.Store.Tests;

/// <summary>What is put is read, whole, by who asks for it and by nobody else.</summary>
public sealed class Putting_and_reading
{
    private const string Page = "https://www.example.org/news?page=2";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(16 * 1024)]
    [InlineData(300_000)]
    public async Task A_body_of_any_length_comes_back(int length)
    {
        await using var site = await OpenStore.StartAsync();
        var body = new byte[length];
        new Random(length).NextBytes(body);
        (await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), new ReadOnlySequence<byte>(body), Cancel)).ShouldBe(PutOutcome.Stored);
        using var found = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull();
        found.Length.ShouldBe(length);
        found.ToArray().ShouldBe(body);
    }

    [Fact]
    public async Task Status_fields_tags_and_times_come_back()
    {
        await using var site = await OpenStore.StartAsync();
        var head = new ObjectHead
        {
            Expires = DateTimeOffset.UtcNow.AddMinutes(5),
            Status = 404,
            Tags = ["product 42", "a,b;c", "100%", "Überschrift", "plain"],
            Fields = [new("Content-Type", "text/html; charset=utf-8"), new("Surrogate-Key", "of-the-response"), new("X-Empty", "")],
        };
        (await site.Store.PutAsync(new ObjectKey(Page), head, OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.Stored);
        using var found = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull();
        found.Status.ShouldBe(404);
        found.Tags.ShouldBe(head.Tags);
        found.Fields.ShouldBe(head.Fields);
        found.Expires.ToUnixTimeMilliseconds().ShouldBe(head.Expires.ToUnixTimeMilliseconds());
        found.StoredAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Variants_of_a_key_are_kept_apart()
    {
        await using var site = await OpenStore.StartAsync();
        foreach (var variant in (string[])["", "de", "fr"])
            (await site.Store.PutAsync(new ObjectKey(Page, variant), OpenStore.Head(), OpenStore.Bytes("in " + variant), Cancel)).ShouldBe(PutOutcome.Stored);
        site.Read(Page).ShouldBe("in ");
        site.Read(Page, "de").ShouldBe("in de");
        site.Read(Page, "fr").ShouldBe("in fr");
        site.Read(Page, "it").ShouldBeNull();
        site.Read(Page + "0").ShouldBeNull();
    }

    [Fact]
    public async Task The_latest_put_is_read_also_while_the_former_is_being_sent()
    {
        await using var site = await OpenStore.StartAsync();
        var old = new string('o', 200_000);
        await site.PutAsync(Page, old);
        using var reading = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull();
        await site.PutAsync(Page, "new");
        site.Read(Page).ShouldBe("new");
        Encoding.UTF8.GetString(reading.ToArray()).ShouldBe(old);
        site.Files.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_is_not_cut_off_by_an_invalidation_by_handle_or_by_path()
    {
        await using var site = await OpenStore.StartAsync();
        var body = new string('b', 500_000);
        await site.PutAsync(Page, body, "t");
        using var reading = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull();
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        site.Read(Page).ShouldBeNull();
        site.Files.ShouldBeEmpty();
        var sent = await File.ReadAllBytesAsync(reading.SendPath, Cancel);
        Encoding.UTF8.GetString(sent.AsSpan((int)reading.Offset, (int)reading.Length)).ShouldBe(body);
        Encoding.UTF8.GetString(reading.ToArray()).ShouldBe(body);
    }

    [Fact]
    public async Task A_path_stays_good_for_a_while_after_it_was_given_back()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Limits = new() { DelayBeforeDelete = TimeSpan.FromSeconds(30) } });
        await site.PutAsync(Page, "body", "t");
        var reading = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull();
        var (path, offset) = (reading.SendPath, (int)reading.Offset);
        reading.Dispose();
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        Encoding.UTF8.GetString((await File.ReadAllBytesAsync(path, Cancel)).AsSpan(offset)).ShouldBe("body");
    }

    [Fact]
    public async Task A_file_under_another_objects_name_is_not_served()
    {
        await using var site = await OpenStore.StartAsync();
        foreach (var variant in (string[])["de", "fr"])
            await site.Store.PutAsync(new ObjectKey(Page, variant), OpenStore.Head(), OpenStore.Bytes(variant), Cancel);
        var files = site.Files.Order().ToArray();
        var german = files.Single(file => File.ReadAllText(file).EndsWith("de", StringComparison.Ordinal));
        File.Copy(german, files.Single(file => file != german), overwrite: true);
        site.Read(Page, "de").ShouldBe("de");
        site.Read(Page, "fr").ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_of_unknown_length_is_stored_in_pieces()
    {
        await using var site = await OpenStore.StartAsync();
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(new string('s', 1_000_003)));
        (await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), body, Cancel)).ShouldBe(PutOutcome.Stored);
        site.Read(Page)!.Length.ShouldBe(1_000_003);
    }

    [Fact]
    public async Task What_has_expired_is_not_stored_and_not_read()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Limits = CacheLimits.Off }); // the reader alone decides
        (await site.Store.PutAsync(new ObjectKey(Page), new ObjectHead { Expires = DateTimeOffset.UtcNow }, OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.Expired);
        var until = DateTimeOffset.UtcNow.AddMilliseconds(300);
        (await site.Store.PutAsync(new ObjectKey(Page), new ObjectHead { Expires = until }, OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.Stored);
        await Peers.Eventually.TrueAsync(() => site.Read(Page) is null, "the object has expired");
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ShouldBeGreaterThanOrEqualTo(until.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_touch_serves_it_longer_and_never_what_was_invalidated()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync(Page, "x", "t");
        var later = DateTimeOffset.UtcNow.AddDays(1);
        site.Store.Touch(new ObjectKey(Page), later).ShouldBeTrue();
        using (var found = site.Store.TryOpen(new ObjectKey(Page)).ShouldNotBeNull()) found.Expires.ToUnixTimeMilliseconds().ShouldBe(later.ToUnixTimeMilliseconds());
        await site.Store.InvalidateTagsAsync(["t"], Cancel);
        site.Store.Touch(new ObjectKey(Page), later).ShouldBeFalse();
        site.Read(Page).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "the key is empty")]
    [InlineData(null, "the key is empty")]
    public async Task A_key_that_is_none_is_refused(string? key, string why)
    {
        await using var site = await OpenStore.StartAsync();
        (await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(new ObjectKey(key!), OpenStore.Head(), OpenStore.Bytes("x"), Cancel))).Message.ShouldContain(why);
        site.Store.TryOpen(new ObjectKey(key!)).ShouldBeNull();
    }

    [Fact]
    public async Task What_could_not_be_invalidated_by_its_tag_is_not_stored()
    {
        await using var site = await OpenStore.StartAsync();
        foreach (var tag in (string[])["", "half\ud800", "\u00a0\u2028", new('t', 40_000)])
            (await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head("good", tag), OpenStore.Bytes("x"), Cancel))).Message.ShouldContain("tag");
        site.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_and_variants_that_utf8_cannot_tell_apart_are_none()
    {
        await using var site = await OpenStore.StartAsync();
        (await site.Store.PutAsync(new ObjectKey(Page, "\ufffd"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.Stored);
        await site.PutAsync("\ufffd", "x");
        site.Read(Page, "\ud800").ShouldBeNull();
        site.Read("\ud800").ShouldBeNull();
        await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(new ObjectKey("\ud800"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(new ObjectKey(Page, "\ud800"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel));
    }

    [Fact]
    public async Task Heads_and_bodies_that_are_too_large_are_refused_and_leave_nothing()
    {
        await using var site = await OpenStore.StartAsync(options => options with { MaxBodyBytes = 100 });
        var tags = Enumerable.Range(0, 10_000).Select(i => $"tag-{i}").ToArray();
        (await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(tags), OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.TooLarge);
        (await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), OpenStore.Bytes(new string('x', 101)), Cancel)).ShouldBe(PutOutcome.TooLarge);
        (await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), OpenStore.Bytes(new string('x', 100)), Cancel)).ShouldBe(PutOutcome.Stored);
        await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(new ObjectKey(new string('k', 40_000)), OpenStore.Head(), OpenStore.Bytes("x"), Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await site.Store.PutAsync(
            new ObjectKey(Page), OpenStore.Head() with { Fields = [new("X-A", "a\r\nX-B: forged")] }, OpenStore.Bytes("x"), Cancel));
        Directory.GetFiles(Path.Combine(site.CacheDirectory, "temp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_put_beyond_the_queue_is_refused_and_none_of_the_others_is_lost()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Workers = 1, Limits = new() { MaxWorkerQueueLen = 3 } });
        using var slow = new HeldStream();
        var first = site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), slow, Cancel).AsTask();
        await slow.IsRead;
        var waiting = Enumerable.Range(0, 3).Select(i => site.Store.PutAsync(new ObjectKey($"{Page}{i}"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel).AsTask()).ToArray();
        (await site.Store.PutAsync(new ObjectKey(Page + "busy"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel)).ShouldBe(PutOutcome.Busy);
        await site.Store.InvalidateUrlsAsync(["https://www.example.org/other"], Cancel); // is never refused
        slow.Release();
        (await first).ShouldBe(PutOutcome.Stored);
        (await Task.WhenAll(waiting)).ShouldAllBe(outcome => outcome == PutOutcome.Stored);
        site.Store.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_body_that_fails_half_way_leaves_nothing()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync(Page, "before");
        using var broken = new BrokenStream();
        await Should.ThrowAsync<IOException>(async () => await site.Store.PutAsync(new ObjectKey(Page), OpenStore.Head(), broken, Cancel));
        site.Read(Page).ShouldBe("before");
        Directory.GetFiles(Path.Combine(site.CacheDirectory, "temp")).ShouldBeEmpty();
    }
}
