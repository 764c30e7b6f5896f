using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

public sealed class Reading_back : IDisposable
{
    private readonly JournalBench _bench = new();

    [Fact]
    public async Task A_new_directory_is_empty_and_private()
    {
        var replay = await _bench.ReplayAsync();
        replay.Unapplied.ShouldBeEmpty();
        replay.Recent.ShouldBeEmpty();
        replay.Cursors.ShouldBeEmpty();
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        File.GetUnixFileMode(_bench.State).ShouldBe(file | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(_bench.State, "lock")).ShouldBe(file);
        File.GetUnixFileMode(_bench.SegmentPath(1)).ShouldBe(file);
    }

    [Fact]
    public async Task What_is_owed_what_was_applied_and_the_cursors_come_back()
    {
        await _bench.AppendAsync(
            _bench.Accepted("owed-1"), _bench.Accepted("done"), _bench.Accepted("refused"), _bench.Accepted("owed-2"),
            _bench.Applied("done", TimeSpan.FromSeconds(10)), _bench.Rejected("refused"), _bench.Rejected(null),
            _bench.Cursor("a", "1"), _bench.Cursor("b", "7"), _bench.Cursor("a", "2"));
        var replay = await _bench.ReplayAsync();
        replay.Unapplied.Select(r => r.Id).ShouldBe(["owed-1", "owed-2"]);
        Encoding.UTF8.GetString(replay.Unapplied[0].Message.Span).ShouldBe(JournalBench.Message);
        var applied = replay.Recent.ShouldHaveSingleItem();
        RecordLine.Encode(applied).ShouldBe(RecordLine.Encode(_bench.Applied("done", TimeSpan.FromSeconds(10))));
        replay.Cursors.OrderBy(c => c.Key).Select(c => c.Key + c.Value).ShouldBe(["a2", "b7"]);
        (replay.CutBytes, replay.SkippedLines).ShouldBe((0, 0));
    }

    [Fact]
    public async Task The_last_record_torn_at_any_byte_is_cut_and_the_rest_is_there()
    {
        await _bench.AppendAsync(_bench.Applied("one"), _bench.Accepted("two"));
        var whole = File.ReadAllBytes(_bench.SegmentPath(1));
        await _bench.AppendAsync(_bench.Applied("three"));
        var longer = File.ReadAllBytes(_bench.SegmentPath(1));
        for (var length = whole.Length; length < longer.Length; length++)
        {
            File.WriteAllBytes(_bench.SegmentPath(1), longer[..length]);
            await using var journal = _bench.Open();
            journal.Replay.Recent.Select(r => r.Id).ShouldBe(["one"]);
            journal.Replay.Unapplied.Select(r => r.Id).ShouldBe(["two"]);
            journal.Replay.CutBytes.ShouldBe(length - whole.Length);
            journal.Replay.SkippedLines.ShouldBe(0);
            new FileInfo(_bench.SegmentPath(1)).Length.ShouldBe(whole.Length);
        }
    }

    [Fact]
    public async Task After_a_cut_the_journal_goes_on()
    {
        await _bench.AppendAsync(_bench.Applied("one"));
        File.AppendAllText(_bench.SegmentPath(1), "0123abcd {\"type\":\"app\0\0\0\0");
        await _bench.AppendAsync(_bench.Applied("two"));
        (await _bench.ReplayAsync()).Recent.Select(r => r.Id).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_damaged_byte_anywhere_costs_its_own_line_at_most()
    {
        await _bench.AppendAsync([.. Enumerable.Range(0, 20).Select(i => _bench.Applied($"id-{i}", TimeSpan.FromSeconds(10)))]);
        var whole = File.ReadAllBytes(_bench.SegmentPath(1));
        var random = new Random(20261121);
        for (var round = 0; round < 600; round++)
        {
            var damaged = (byte[])whole.Clone();
            // Every newline once, then anywhere.
            var newlines = Enumerable.Range(0, whole.Length).Where(i => whole[i] == '\n').ToArray();
            var at = round < newlines.Length ? newlines[round] : random.Next(whole.Length);
            damaged[at] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(_bench.SegmentPath(1), damaged);
            var replay = await _bench.ReplayAsync();
            replay.Recent.Count.ShouldBeGreaterThanOrEqualTo(19, $"round {round}, byte {at}");
            replay.Recent.Select(r => r.Id).ShouldBeSubsetOf(Enumerable.Range(0, 20).Select(i => $"id-{i}"));
            if (replay.Recent.Count < 20) (replay.SkippedLines + replay.CutBytes).ShouldBePositive();
        }
    }

    [Fact]
    public async Task Records_of_a_newer_version_are_skipped_and_never_cut()
    {
        await _bench.AppendAsync(_bench.Applied("one"));
        var json = """{"type":"warmed","at":"2026-11-21T21:00:00.000Z"}""";
        var line = $"{Crc32.Of(Encoding.UTF8.GetBytes(json)):x8} {json}\n";
        File.AppendAllText(_bench.SegmentPath(1), line);
        var replay = await _bench.ReplayAsync();
        (replay.Recent.Count, replay.SkippedLines, replay.CutBytes).ShouldBe((1, 1, 0));
        File.ReadAllText(_bench.SegmentPath(1)).ShouldEndWith(line);
    }

    [Fact]
    public async Task Garbage_instead_of_a_journal_is_never_fatal()
    {
        Directory.CreateDirectory(_bench.State);
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var garbage = new byte[random.Next(0, 300_000)];
            random.NextBytes(garbage);
            File.WriteAllBytes(_bench.SegmentPath(1), garbage);
            File.WriteAllBytes(_bench.SegmentPath(2), garbage);
            _bench.Options = new JournalOptions { MaxRecordBytes = 1024 + random.Next(10_000) };
            await _bench.AppendAsync(_bench.Applied("one"));
            (await _bench.ReplayAsync()).Recent.Select(r => r.Id).ShouldBe(["one"]);
        }
    }

    [Fact]
    public async Task Only_what_is_young_or_armed_is_remembered_and_old_messages_are_not()
    {
        await _bench.AppendAsync(_bench.Applied("old"), _bench.Applied("old-armed", TimeSpan.FromHours(3)));
        _bench.Clock.Advance(TimeSpan.FromMinutes(90));
        await _bench.AppendAsync(_bench.Applied("young"), _bench.Applied("young-armed", TimeSpan.FromSeconds(10)));
        _bench.Clock.Advance(TimeSpan.FromSeconds(5));
        var recent = (await _bench.ReplayAsync()).Recent;
        recent.Select(r => r.Id + r.Message.IsEmpty).ShouldBe(["old-armedFalse", "youngTrue", "young-armedFalse"]);
    }

    [Fact]
    public async Task Memory_is_bounded_by_count_and_by_bytes()
    {
        var line = RecordLine.Encode(_bench.Applied("id-00")).Length;
        await _bench.AppendAsync([.. Enumerable.Range(0, 50).Select(i => _bench.Applied($"id-{i:D2}"))]);
        _bench.Options = new JournalOptions { RememberCount = 30, ReplayBytes = 10 * line };
        var recent = (await _bench.ReplayAsync()).Recent;
        recent.Select(r => r.Id).ShouldBe(Enumerable.Range(20, 30).Select(i => $"id-{i:D2}"));
        recent.Select(r => r.Report.Values.Count).ShouldBe([.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(2, 10)]);
        recent.ShouldAllBe(r => r.Report.Purged == 2);
    }

    public void Dispose() => _bench.Dispose();
}
