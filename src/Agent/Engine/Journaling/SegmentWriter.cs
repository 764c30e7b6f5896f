using Microsoft.Extensions.Logging;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// Writes batches of lines to the last segment, each with one write and one flush, and begins the next segment when it
/// is full. Used by one thread at a time.
/// </summary>
/// <remarks>
/// Writes go to a stated offset, never to "the end". So what a failed write or flush left behind is cut off before the
/// next write, which dirties the page at the offset again: a kernel that dropped it on the failure is told anew.
/// The name of a new segment becomes durable with its first flush (so ext4, XFS and btrfs).
/// </remarks>
internal sealed class SegmentWriter(
    string directory, JournalOptions options, SegmentLedger ledger, TimeProvider clock, ILogger logger) : IDisposable
{
    private FileStream? _file;
    private string _path = "";
    private bool _torn;   // bytes past the segment's end may be on disk
    private long _flushes;

    /// <summary>Flushes to disk so far.</summary>
    public long Flushes => Volatile.Read(ref _flushes);

    /// <summary>Goes on in the ledger's last segment, or begins the first one.</summary>
    /// <exception cref="IOException">It cannot be opened or created.</exception>
    public void OpenLast()
    {
        var isNew = ledger.IsEmpty;
        if (isNew) ledger.Begin(new Segment(1, 0));
        _path = Segment.PathOf(directory, ledger.Current.Number);
        _file = Segment.Open(_path, isNew ? FileMode.CreateNew : FileMode.Open);
    }

    /// <summary>The lines are durable when it returns. When it throws, none of them counts, and it may be called again.</summary>
    /// <exception cref="IOException">The disk is full, read-only or failed; names the file and the reason.</exception>
    public void Write(List<ReadOnlyMemory<byte>> lines, long bytes)
    {
        try
        {
            if (_torn) Cut();
            if (ledger.Current.Bytes > 0 && ledger.Current.Bytes + bytes > options.SegmentBytes) Rotate();
            if (ledger.Current.Bytes == 0) bytes += AddHeader(lines);
            _torn = true;
            RandomAccess.Write(_file!.SafeFileHandle, lines, ledger.Current.Bytes);
            RandomAccess.FlushToDisk(_file!.SafeFileHandle);
            _torn = false;
            ledger.Current.Bytes += bytes;
            Volatile.Write(ref _flushes, _flushes + 1);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last is what .NET makes of EFBIG: a limit on the size of files.
            TryCut();
            throw new IOException($"cannot write the journal {_path}: {ex.Message}", ex);
        }
    }

    /// <summary>Deletes the oldest segments while there are too many bytes. A failure is logged and tried again later.</summary>
    public void DeleteSurplus()
    {
        while (ledger.TrySurplus(clock.GetUtcNow(), out var number))
        {
            var path = Segment.PathOf(directory, number);
            try
            {
                File.Delete(path);
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                JournalLog.NotDeleted(logger, path, ex.Message);
                return;
            }

            ledger.Removed(number);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Rotate()
    {
        var number = ledger.Current.Number + 1;
        var path = Segment.PathOf(directory, number);
        var file = Segment.Open(path, FileMode.CreateNew);
        _file!.Dispose();
        (_file, _path) = (file, path);
        ledger.Begin(new Segment(number, 0));
    }

    private int AddHeader(List<ReadOnlyMemory<byte>> lines)
    {
        var now = clock.GetUtcNow();
        var header = new SegmentRecord(ledger.Current.Number, now, ledger.KeepFrom(now), ledger.Cursors);
        var line = RecordLine.Encode(header);
        lines.Insert(0, line);
        return line.Length;
    }

    private void Cut()
    {
        RandomAccess.SetLength(_file!.SafeFileHandle, ledger.Current.Bytes);
        _torn = false;
    }

    private void TryCut()
    {
        try
        {
            if (_torn) Cut();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // The next write cuts first, so nothing is ever appended behind half a line.
            JournalLog.NotCut(logger, _path, ex.Message);
        }
    }
}
