using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.OutputCaching;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>What ASP.NET Core expects of a store, by both of its interfaces and without a request at hand.</summary>
public sealed class Contract
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_absent_is_null_and_not_false_alarm()
    {
        await using var site = await Site.StartAsync();
        (await site.OutputCache.GetAsync("key", Cancel)).ShouldBeNull();
        var pipe = new Pipe();
        (await Buffered(site).TryGetAsync("key", pipe.Writer, Cancel)).ShouldBeFalse();
        await pipe.Writer.CompleteAsync();
        (await pipe.Reader.ReadAsync(Cancel)).Buffer.Length.ShouldBe(0);
        site.Log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_later_of_two_is_what_is_read()
    {
        await using var site = await Site.StartAsync();
        await site.OutputCache.SetAsync("key", "one"u8.ToArray(), ["a"], Hour, Cancel);
        await site.OutputCache.SetAsync("key", "another"u8.ToArray(), ["b"], Hour, Cancel);
        await ReadsAsync(site, "key", "another");
        await site.OutputCache.EvictByTagAsync("a", Cancel);
        await ReadsAsync(site, "key", "another");
        await site.OutputCache.EvictByTagAsync("b", Cancel);
        await ReadsAsync(site, "key", null);
        site.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_tag_removes_its_entries_and_no_others_and_an_unknown_one_nothing()
    {
        await using var site = await Site.StartAsync();
        await site.OutputCache.SetAsync("k1", "1"u8.ToArray(), ["t1"], Hour, Cancel);
        await site.OutputCache.SetAsync("k2", "2"u8.ToArray(), ["t1", "t2"], Hour, Cancel);
        await site.OutputCache.SetAsync("k3", "3"u8.ToArray(), null, Hour, Cancel);
        await site.OutputCache.SetAsync("k4", "4"u8.ToArray(), [], Hour, Cancel);
        await site.OutputCache.EvictByTagAsync("t", Cancel);
        site.Store.Count.ShouldBe(4);
        await site.OutputCache.EvictByTagAsync("t2", Cancel);
        await ReadsAsync(site, "k1", "1");
        await ReadsAsync(site, "k2", null);
        await site.OutputCache.EvictByTagAsync("t1", Cancel);
        await ReadsAsync(site, "k1", null);
        await ReadsAsync(site, "k3", "3");
        await ReadsAsync(site, "k4", "4");
    }

    [Fact]
    public async Task Keys_are_any_text_and_told_apart()
    {
        await using var site = await Site.StartAsync();
        string[] keys = ["GET\u001eHTTP\u001eHOST", "a", "A", "a ", "line\nbreak", "\nKEY: forged\n", "ü", new string('k', 30_000), "half \ud800", "half \ud801"];
        for (var i = 0; i < keys.Length; i++) await site.OutputCache.SetAsync(keys[i], Encoding.UTF8.GetBytes($"value {i}"), ["t"], Hour, Cancel);
        for (var i = 0; i < keys.Length; i++) await ReadsAsync(site, keys[i], $"value {i}");
        await site.OutputCache.EvictByTagAsync("t", Cancel);
        foreach (var key in keys) await ReadsAsync(site, key, null);
    }

    [Fact]
    public async Task What_is_lent_is_not_kept_and_pieces_are_joined()
    {
        await using var site = await Site.StartAsync();
        var tags = new[] { "t1", "t2" };
        var (first, last) = ("first "u8.ToArray(), "last"u8.ToArray());
        await Buffered(site).SetAsync("key", Joined(first, last), tags, Hour, Cancel);
        Array.Fill(tags, "other");
        Array.Clear(first);
        await ReadsAsync(site, "key", "first last");
        await site.OutputCache.EvictByTagAsync("other", Cancel);
        await ReadsAsync(site, "key", "first last");
        await site.OutputCache.EvictByTagAsync("t2", Cancel);
        await ReadsAsync(site, "key", null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task A_reader_is_handed_the_body_at_his_own_pace(int length)
    {
        await using var site = await Site.StartAsync();
        var body = new byte[length];
        new Random(length).NextBytes(body);
        await site.OutputCache.SetAsync("key", body, null, Hour, Cancel);
        (await site.OutputCache.GetAsync("key", Cancel)).ShouldBe(body);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 100_000, resumeWriterThreshold: 50_000));
        var writing = Buffered(site).TryGetAsync("key", pipe.Writer, Cancel).AsTask();
        writing.IsCompleted.ShouldBe(length < 100_000);
        if (length > 100_000)
        {
            var ahead = await pipe.Reader.ReadAsync(Cancel);
            ahead.Buffer.Length.ShouldBeInRange(1, 200_000);
            pipe.Reader.AdvanceTo(ahead.Buffer.Start);
        }

        using var read = new MemoryStream();
        await using var reader = pipe.Reader.AsStream();
        var reading = reader.CopyToAsync(read, Cancel);
        (await writing).ShouldBeTrue();
        await pipe.Writer.CompleteAsync();
        await reading;
        read.ToArray().ShouldBe(body);
    }

    [Fact]
    public async Task An_entry_that_is_valid_for_no_time_is_none_and_one_for_all_time_stays()
    {
        await using var site = await Site.StartAsync();
        await site.OutputCache.SetAsync("none", "x"u8.ToArray(), null, TimeSpan.Zero, Cancel);
        await site.OutputCache.SetAsync("past", "x"u8.ToArray(), null, TimeSpan.FromSeconds(-1), Cancel);
        await site.OutputCache.SetAsync("long", "x"u8.ToArray(), null, TimeSpan.MaxValue, Cancel);
        await ReadsAsync(site, "none", null);
        await ReadsAsync(site, "past", null);
        await ReadsAsync(site, "long", "x");
    }

    [Fact]
    public async Task Null_and_empty_are_refused_where_they_can_be_nothing()
    {
        await using var site = await Site.StartAsync();
        await Should.ThrowAsync<ArgumentException>(async () => await site.OutputCache.GetAsync("", Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await site.OutputCache.SetAsync(null!, [], null, Hour, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await site.OutputCache.EvictByTagAsync(null!, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await site.OutputCache.EvictByTagAsync("", Cancel));
        await site.OutputCache.SetAsync("key", "x"u8.ToArray(), [""], Hour, Cancel);
        await ReadsAsync(site, "key", "x");
    }

    private static IOutputCacheBufferStore Buffered(Site site) => (IOutputCacheBufferStore)site.OutputCache;

    private static async Task ReadsAsync(Site site, string key, string? body)
    {
        var found = await site.OutputCache.GetAsync(key, Cancel);
        (found is null ? null : Encoding.UTF8.GetString(found)).ShouldBe(body, key);
    }

    private static ReadOnlySequence<byte> Joined(byte[] first, byte[] last)
    {
        var head = new Segment(first);
        return new ReadOnlySequence<byte>(head, 0, head.Then(last), last.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes) => Memory = bytes;

        public Segment Then(byte[] bytes)
        {
            var next = new Segment(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
