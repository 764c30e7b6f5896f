using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// The append-only audit of what was accepted and applied, which also carries the agent's memory over a restart. One
/// process per directory. Appends come from any thread; <see cref="RunAsync"/> writes them in groups.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    private readonly string _directory;
    private readonly JournalOptions _options;
    private readonly ILogger _logger;
    private readonly DirectoryLock _lock;
    private readonly SegmentLedger _ledger;   // only the writer's, once it runs
    private readonly SegmentWriter _writer;
    private readonly Channel<PendingAppend> _queue;
    private readonly List<PendingAppend> _batch = [];
    private readonly List<ReadOnlyMemory<byte>> _lines = [];
    private Task _run = Task.CompletedTask;
    private long _failedBatches;              // since the last that was written

    private Journal(
        string directory, JournalOptions options, ILogger logger,
        DirectoryLock @lock, SegmentLedger ledger, SegmentWriter writer, JournalReplay replay)
    {
        (_directory, _options, _logger) = (directory, options, logger);
        (_lock, _ledger, _writer, Replay) = (@lock, ledger, writer, replay);
        _queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(options.QueueLength)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            AllowSynchronousContinuations = false,
        });
    }

    /// <summary>What there is from before the restart; empty after <see cref="ReleaseReplay"/>.</summary>
    public JournalReplay Replay { get; private set; }

    /// <summary>Flushes to disk so far; far fewer than appends when these come together.</summary>
    internal long Flushes => _writer.Flushes;

    /// <summary>Locks the directory (made with mode 0700 if there is none), reads it back and cuts a torn end.</summary>
    /// <exception cref="IOException">Another agent holds the directory, or it cannot be used; says which and what to do.</exception>
    public static Journal Open(string directory, JournalOptions options, TimeProvider clock, ILogger logger)
    {
        DirectoryLock? taken = null;
        SegmentWriter? writer = null;
        try
        {
            PrivateFiles.MakeDirectory(directory);
            taken = DirectoryLock.Take(directory);
            var ledger = new SegmentLedger(options);
            var replay = new ReplayReader(directory, options, ledger, clock.GetUtcNow(), logger).Read();
            writer = new SegmentWriter(directory, options, ledger, clock, logger);
            writer.OpenLast();
            writer.DeleteSurplus();
            return new Journal(directory, options, logger, taken, ledger, writer, replay);
        }
        catch (Exception ex)
        {
            writer?.Dispose();
            taken?.Dispose();
            if (ex is not UnauthorizedAccessException) throw;
            throw new IOException(
                $"the state directory {directory} cannot be used: {ex.Message} The agent's user ({Environment.UserName}) needs to read and write it",
                ex);
        }
    }

    /// <summary>Gives the memory of <see cref="Replay"/> back, once everything in it is restored.</summary>
    public void ReleaseReplay() => Replay = JournalReplay.Empty;

    /// <summary>
    /// Completes when the record is durable. Waits for room and for <see cref="RunAsync"/>. When cancelled, the record
    /// may be written or not.
    /// </summary>
    /// <exception cref="IOException">It is not durable: the disk is full, read-only or failed, or the journal is closed.</exception>
    /// <exception cref="ArgumentException">It is longer than <see cref="JournalOptions.MaxRecordBytes"/>.</exception>
    public async ValueTask AppendAsync(JournalRecord record, CancellationToken cancel)
    {
        var pending = new PendingAppend(record, Encode(record));
        try
        {
            await _queue.Writer.WriteAsync(pending, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Closed();
        }

        await pending.Durable.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes until <paramref name="stop"/>, then what is queued by then, and ends; later appends fail. Called once. A
    /// disk that fails ends nothing: the waiters learn of it, and the next append tries again.
    /// </summary>
    public Task RunAsync(CancellationToken stop) => _run = WriteAllAsync(stop);

    /// <summary>Writes what is queued, if it runs; fails what is queued otherwise. Then gives the directory free.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // its owner sees how it ended
        FailQueued();
        _writer.Dispose();
        _lock.Dispose();
    }

    private async Task WriteAllAsync(CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var stopping = stop.UnsafeRegister(static writer => ((ChannelWriter<PendingAppend>)writer!).TryComplete(), _queue.Writer);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false)) WriteBatch();
        }
        finally
        {
            // A bug that ended the loop shall not leave anyone waiting, neither in the batch nor in the queue.
            _queue.Writer.TryComplete();
            foreach (var pending in _batch) pending.Fail(Closed());
            FailQueued();
        }
    }

    // Blocks on the disk, and one pool thread with it: there is no asynchronous flush on Linux.
    private void WriteBatch()
    {
        _batch.Clear();
        _lines.Clear();
        var bytes = 0L;
        var limit = Math.Min(_options.BatchBytes, _options.SegmentBytes);
        while (_queue.Reader.TryPeek(out var next) && (_batch.Count == 0 || bytes + next.Line.Length <= limit))
        {
            if (!_queue.Reader.TryRead(out next)) break;
            _batch.Add(next);
            _lines.Add(next.Line);
            bytes += next.Line.Length;
        }

        try
        {
            _writer.Write(_lines, bytes);
        }
        catch (IOException ex)
        {
            if (_failedBatches++ == 0) JournalLog.WriteFails(_logger, ex.Message);
            foreach (var pending in _batch) pending.Fail(ex);
            return;
        }

        foreach (var pending in _batch)
        {
            _ledger.Note(pending.Record);
            pending.Succeed();
        }

        if (_failedBatches > 0) JournalLog.WritesAgain(_logger, _directory, _failedBatches);
        _failedBatches = 0;
        _writer.DeleteSurplus();
    }

    // The audit does without the values rather than the sender without its answer.
    private byte[] Encode(JournalRecord record)
    {
        var line = RecordLine.Encode(record);
        if (line.Length > _options.MaxRecordBytes && record is AppliedRecord applied)
            line = RecordLine.Encode(applied with { Report = applied.Report with { Values = [] } });
        return line.Length <= _options.MaxRecordBytes
            ? line
            : throw new ArgumentException($"a record of {line.Length} bytes; the journal takes {_options.MaxRecordBytes}", nameof(record));
    }

    private void FailQueued()
    {
        while (_queue.Reader.TryRead(out var pending)) pending.Fail(Closed());
    }

    private IOException Closed() => new($"the journal in {_directory} is closed");
}
