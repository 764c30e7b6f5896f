using System.Collections.Concurrent;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// How far each source was read. Positions move with every message; what is written is the latest of each, a few times a
/// second. After a crash a source starts a little earlier than it was, and what comes twice is known by its id.
/// </summary>
internal sealed class PositionKeeper(Journal journal, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, string> _latest = new(journal.Replay.Cursors, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _written = new(journal.Replay.Cursors, StringComparer.Ordinal);

    public string? Of(string source) => _latest.GetValueOrDefault(source);

    public void Keep(string source, string position) => _latest[source] = position;

    /// <summary>Writes until <paramref name="stop"/>, and then once more. A journal that cannot be written is tried again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync().ConfigureAwait(false);
        }
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
            }
            catch (IOException)
            {
                return; // the journal has said so; what is not written is written next time
            }
        }
    }
}
