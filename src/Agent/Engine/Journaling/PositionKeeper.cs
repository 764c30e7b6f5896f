using System.Collections.Concurrent;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// How far each source was read. Positions move with every message; what is written is the latest of each, a few times a
/// second. After a crash a source starts a little earlier than it was, and what comes twice is known by its id. The first
/// of a source is written at once: without it a restart would begin at what is new then, and pass over what came before.
/// </summary>
internal sealed class PositionKeeper(Journal journal, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, string> _latest = new(journal.Replay.Cursors, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _written = new(journal.Replay.Cursors, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _firsts = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _moved = new(0); // at most one, by _isMoved
    private readonly SemaphoreSlim _hurry = new(0);
    private int _isMoved;

    public string? Of(string source) => _latest.GetValueOrDefault(source);

    public void Keep(string source, string position)
    {
        _latest[source] = position;
        if (!_written.ContainsKey(source)) _hurry.Release();
        if (Interlocked.Exchange(ref _isMoved, 1) == 0) _moved.Release();
    }

    /// <summary>Completes when some position of the source is in the journal; at once when it keeps none.</summary>
    public Task WhenKnown(string source)
    {
        if (_written.ContainsKey(source) || !_latest.ContainsKey(source)) return Task.CompletedTask;
        var first = _firsts.GetOrAdd(source, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_written.ContainsKey(source)) first.TrySetResult(); // it was written meanwhile
        return first.Task;
    }

    /// <summary>Writes until <paramref name="stop"/>, and then once more. A journal that cannot be written is tried again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await _moved.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using (var pause = new CancellationTokenSource(Pause, clock))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(stop, pause.Token))
                await ((Task)_hurry.WaitAsync(either.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _isMoved, 0); // what moves from here on wakes us again
            await WriteAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _moved.Dispose();
        _hurry.Dispose();
    }

    private async Task WriteAsync()
    {
        foreach (var (source, position) in _latest)
        {
            if (_written.GetValueOrDefault(source) == position) continue;
            try
            {
                await journal.AppendAsync(new CursorRecord(source, position, clock.GetUtcNow()), CancellationToken.None).ConfigureAwait(false);
                _written[source] = position;
                if (_firsts.TryRemove(source, out var first)) first.TrySetResult();
            }
            catch (IOException)
            {
                // The journal has said so; what is not written is written next time.
                if (Interlocked.Exchange(ref _isMoved, 1) == 0) _moved.Release();
                return;
            }
        }
    }
}
