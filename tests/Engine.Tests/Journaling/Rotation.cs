using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

public sealed class Rotation : IDisposable
{
    private static readonly JournalOptions Small = new() { SegmentBytes = 4096, TotalBytes = 5 * 4096 };
    private readonly JournalBench _bench = new() { Options = Small };

    private string[] Segments => [.. Directory.GetFiles(_bench.State, "journal-*.log").Order()];

    private long TotalBytes => Segments.Sum(path => new FileInfo(path).Length);

    [Fact]
    public async Task Old_segments_go_when_there_are_too_many_bytes()
    {
        await AppendOverTimeAsync(500, TimeSpan.FromMinutes(5));
        TotalBytes.ShouldBeLessThanOrEqualTo(Small.TotalBytes + Small.SegmentBytes);
        Segments.ShouldNotContain(_bench.SegmentPath(1));
        var recent = (await _bench.ReplayAsync()).Recent.Select(r => r.Id).ToList();
        recent.ShouldBe(Enumerable.Range(487, 13).Select(i => $"id-{i}"));
    }

    [Fact]
    public async Task Young_segments_stay_whatever_the_bytes()
    {
        await AppendOverTimeAsync(200, TimeSpan.FromSeconds(1));
        TotalBytes.ShouldBeGreaterThan(2 * Small.TotalBytes);
        (await _bench.ReplayAsync()).Recent.Count.ShouldBe(200);
    }

    [Fact]
    public async Task More_than_can_be_remembered_is_not_kept_for_it()
    {
        _bench.Options = Small with { RememberCount = 20 };
        await AppendOverTimeAsync(200, TimeSpan.FromSeconds(1));
        TotalBytes.ShouldBeLessThanOrEqualTo(Small.TotalBytes + Small.SegmentBytes);
        (await _bench.ReplayAsync()).Recent.Select(r => r.Id).ShouldBe(Enumerable.Range(180, 20).Select(i => $"id-{i}"));
    }

    [Fact]
    public async Task An_open_acceptance_pins_its_segment_until_it_is_closed()
    {
        await _bench.AppendAsync(_bench.Accepted("owed"));
        await AppendOverTimeAsync(300, TimeSpan.FromMinutes(5));
        (await _bench.ReplayAsync()).Unapplied.Select(r => r.Id).ShouldBe(["owed"]);
        Segments.ShouldContain(_bench.SegmentPath(1));

        await _bench.AppendAsync(_bench.Applied("owed"));
        TotalBytes.ShouldBeLessThanOrEqualTo(Small.TotalBytes + Small.SegmentBytes);
        (await _bench.ReplayAsync()).Unapplied.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_armed_fence_pins_its_segment()
    {
        await _bench.AppendAsync(_bench.Applied("armed", TimeSpan.FromDays(7)));
        await AppendOverTimeAsync(300, TimeSpan.FromMinutes(5));
        (await _bench.ReplayAsync()).Recent[0].Id.ShouldBe("armed");
    }

    [Fact]
    public async Task A_cursor_outlives_the_segment_it_was_written_to()
    {
        await _bench.AppendAsync(_bench.Cursor("quiet", "42-0"));
        await AppendOverTimeAsync(500, TimeSpan.FromMinutes(5));
        Segments.ShouldNotContain(_bench.SegmentPath(1));
        (await _bench.ReplayAsync()).Cursors["quiet"].ShouldBe("42-0");
    }

    [Fact]
    public async Task A_lost_header_only_means_more_to_read()
    {
        await _bench.AppendAsync(_bench.Cursor("quiet", "42-0"), _bench.Accepted("owed"));
        await AppendOverTimeAsync(30, TimeSpan.FromSeconds(1));
        foreach (var path in Segments)
        {
            var bytes = File.ReadAllBytes(path);
            bytes[3] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        var replay = await _bench.ReplayAsync();
        replay.Recent.Count.ShouldBe(30);
        replay.Unapplied.ShouldHaveSingleItem();
        replay.Cursors["quiet"].ShouldBe("42-0");
        replay.SkippedLines.ShouldBe(Segments.Length);
    }

    [Fact]
    public async Task Other_files_in_the_directory_are_left_alone()
    {
        await _bench.ReplayAsync();
        string[] others = ["journal-1.log", "journal-000001.log.bak", "journal-x.log", "notes"];
        foreach (var name in others) File.WriteAllText(Path.Combine(_bench.State, name), "mine");
        await AppendOverTimeAsync(300, TimeSpan.FromMinutes(5));
        foreach (var name in others) File.ReadAllText(Path.Combine(_bench.State, name)).ShouldBe("mine");
    }

    private async Task AppendOverTimeAsync(int count, TimeSpan apart)
    {
        await using var journal = _bench.Open();
        _ = journal.RunAsync(CancellationToken.None);
        for (var i = 0; i < count; i++)
        {
            _bench.Clock.Advance(apart);
            await journal.AppendAsync(_bench.Applied($"id-{i}"), CancellationToken.None);
        }
    }

    public void Dispose() => _bench.Dispose();
}
