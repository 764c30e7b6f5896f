namespace Towncrier.Agent.Journaling;

/// <summary>
/// The applied records worth remembering while the journal is read back: bounded by age, count, and the bytes of the
/// lines whose reports keep their values. An armed one (its fence ends after <paramref name="now"/>) is always kept,
/// with its message; the messages of the others are not needed any more and are dropped.
/// </summary>
internal sealed class RecentWindow(JournalOptions options, DateTimeOffset now)
{
    private static readonly Dictionary<string, long> NoOutcomes = [];

    private readonly Queue<AppliedRecord> _bare = new();                          // totals only; all older than _full
    private readonly Queue<(AppliedRecord Record, int LineBytes)> _full = new();
    private long _fullBytes;

    public void Add(AppliedRecord applied, int lineBytes)
    {
        if (applied.At < now - options.RememberFor && !IsArmed(applied)) return;
        if (!IsArmed(applied)) applied = applied with { Message = default };
        _full.Enqueue((applied, lineBytes));
        _fullBytes += lineBytes;

        while (_fullBytes > options.ReplayBytes && _full.TryDequeue(out var oldest))
        {
            _fullBytes -= oldest.LineBytes;
            var report = oldest.Record.Report with { Values = [], Outcomes = NoOutcomes };
            _bare.Enqueue(oldest.Record with { Report = report });
        }

        while (_bare.Count + _full.Count > options.RememberCount && TryDropOldest())
        {
        }
    }

    /// <summary>Oldest first.</summary>
    public List<AppliedRecord> ToList() => [.. _bare, .. _full.Select(entry => entry.Record)];

    private bool TryDropOldest()
    {
        if (_bare.TryPeek(out var bare)) return !IsArmed(bare) && _bare.TryDequeue(out _);
        if (!_full.TryPeek(out var full) || IsArmed(full.Record)) return false;
        _fullBytes -= full.LineBytes;
        _full.Dequeue();
        return true;
    }

    private bool IsArmed(AppliedRecord applied) => applied.FenceUntil > now;
}
