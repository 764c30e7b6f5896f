using Microsoft.Extensions.Logging;

namespace Towncrier.Agent.Journaling;

/// <summary>Reads a directory's segments back, line by line, and cuts the torn end. Used once, at opening.</summary>
internal sealed class ReplayReader(
    string directory, JournalOptions options, SegmentLedger ledger, DateTimeOffset now, ILogger logger)
{
    private readonly RecentWindow _recent = new(options, now);
    private readonly OrderedDictionary<string, AcceptedRecord> _unapplied = new(StringComparer.Ordinal);
    private long _cutBytes;
    private long _skippedLines;

    /// <summary>Fills the ledger with every segment there is.</summary>
    /// <exception cref="IOException">The disk failed. A damaged journal is no failure.</exception>
    public JournalReplay Read()
    {
        var segments = Segment.List(directory);
        var from = KeepFrom(segments);
        for (var i = 0; i < segments.Count; i++)
        {
            ledger.Begin(segments[i]);
            if (segments[i].Number >= from) Read(segments[i], isLast: i == segments.Count - 1);
        }

        return new JournalReplay
        {
            Unapplied = [.. _unapplied.Values],
            Recent = _recent.ToList(),
            Cursors = new Dictionary<string, string>(ledger.Cursors, StringComparer.Ordinal),
            CutBytes = _cutBytes,
            SkippedLines = _skippedLines,
        };
    }

    // The newest intact header knows; when there is none, everything is read.
    private long KeepFrom(List<Segment> segments)
    {
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            using var file = Segment.Open(Segment.PathOf(directory, segments[i].Number), FileMode.Open);
            var lines = new LineReader(file.SafeFileHandle, RandomAccess.GetLength(file.SafeFileHandle), options.MaxRecordBytes);
            if (lines.TryRead(out var line, out _) && RecordLine.TryDecode(line, out var first) && first is SegmentRecord header)
                return header.KeepFrom;
        }

        return 0;
    }

    private void Read(Segment segment, bool isLast)
    {
        var path = Segment.PathOf(directory, segment.Number);
        using var file = Segment.Open(path, FileMode.Open);
        segment.Bytes = RandomAccess.GetLength(file.SafeFileHandle);
        var lines = new LineReader(file.SafeFileHandle, segment.Bytes, options.MaxRecordBytes);
        var intact = 0L;            // where the last good line ends
        var skipped = 0L;
        var skippedInside = 0L;     // those before a good line
        while (lines.TryRead(out var line, out var next))
        {
            if (!TryAdd(line, ref skipped)) continue;
            (intact, skippedInside) = (next, skipped);
        }

        // Damage at the very end is one torn write: cut, not skipped. Only the last segment is written to.
        if (!isLast) skippedInside = intact == segment.Bytes ? skipped : Math.Max(skipped, skippedInside + 1);
        else if (intact < segment.Bytes) Cut(file, segment, intact, path);
        if (skippedInside > 0) JournalLog.LinesSkipped(logger, path, skippedInside);
        _skippedLines += skippedInside;
    }

    // True when at least the end of the line is as it was written; a newer version's records are, and are not cut.
    private bool TryAdd(ReadOnlyMemory<byte> line, ref long skipped)
    {
        if (RecordLine.TryDecode(line, out var record))
        {
            Add(record, line.Length);
            return true;
        }

        if (RecordLine.IsIntact(line.Span))
        {
            skipped++;
            return true;
        }

        if (RecordLine.TrySplit(line.Span, out var at) && RecordLine.TryDecode(line[at..], out var second))
        {
            if (RecordLine.TryDecode(line[..(at - 1)], out var first)) Add(first, at);
            else skipped++;
            Add(second, line.Length - at);
            return true;
        }

        skipped++;
        return false;
    }

    private void Add(JournalRecord record, int lineBytes)
    {
        ledger.Note(record);
        if (record is AcceptedRecord accepted) _unapplied[accepted.Id] = accepted;
        if (record is RejectedRecord { Id: { } refused }) _unapplied.Remove(refused);
        if (record is not AppliedRecord applied) return;
        _unapplied.Remove(applied.Id);
        _recent.Add(applied, lineBytes);
    }

    private void Cut(FileStream file, Segment segment, long intact, string path)
    {
        RandomAccess.SetLength(file.SafeFileHandle, intact);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        _cutBytes += segment.Bytes - intact;
        JournalLog.TailCut(logger, path, segment.Bytes - intact);
        segment.Bytes = intact;
    }
}
