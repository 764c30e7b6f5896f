using System.Diagnostics;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// What is in which segment, so that the journal knows what a restart would need and what may go. Follows every record
/// that is read at opening or written later. Used by one thread at a time.
/// </summary>
internal sealed class SegmentLedger(JournalOptions options)
{
    private readonly List<Segment> _segments = [];                                       // oldest first; the last is written
    private readonly Dictionary<string, long> _open = new(StringComparer.Ordinal);       // accepted id -> segment
    private readonly Dictionary<string, string> _cursors = new(StringComparer.Ordinal);  // source -> position

    public IReadOnlyDictionary<string, string> Cursors => _cursors;

    public bool IsEmpty => _segments.Count == 0;

    public Segment Current => _segments[^1];

    public long TotalBytes => _segments.Sum(segment => segment.Bytes);

    public void Begin(Segment segment)
    {
        Debug.Assert(_segments.Count == 0 || segment.Number > Current.Number, "segments are added in order");
        _segments.Add(segment);
    }

    /// <summary>A record stands in <see cref="Current"/> now.</summary>
    public void Note(JournalRecord record)
    {
        switch (record)
        {
            case AcceptedRecord accepted:
                _open[accepted.Id] = Current.Number;
                break;
            case AppliedRecord applied:
                _open.Remove(applied.Id);
                Current.Applied++;
                if (applied.At > Current.NewestApplied) Current.NewestApplied = applied.At;
                if (applied.FenceUntil > Current.ArmedUntil) Current.ArmedUntil = applied.FenceUntil;
                break;
            case RejectedRecord { Id: { } id }:
                _open.Remove(id);
                break;
            case CursorRecord cursor:
                _cursors[cursor.Source] = cursor.Position;
                break;
            case SegmentRecord segment:
                foreach (var (source, position) in segment.Cursors) _cursors[source] = position;
                break;
        }
    }

    /// <summary>The oldest segment a restart at <paramref name="now"/> has to read.</summary>
    public long KeepFrom(DateTimeOffset now)
    {
        var keep = _open.Count == 0 ? Current.Number : _open.Values.Min();
        var newer = 0L;   // applied records in later segments
        for (var i = _segments.Count - 1; i >= 0; i--)
        {
            var segment = _segments[i];
            var remembered = segment.NewestApplied >= now - options.RememberFor && newer < options.RememberCount;
            if (remembered || segment.ArmedUntil > now) keep = Math.Min(keep, segment.Number);
            newer += segment.Applied;
        }

        return keep;
    }

    /// <summary>The oldest segment, if all of them are too many bytes and a restart can do without it.</summary>
    public bool TrySurplus(DateTimeOffset now, out long number)
    {
        number = _segments[0].Number;
        return TotalBytes > options.TotalBytes && number < KeepFrom(now);
    }

    public void Removed(long number) => _segments.RemoveAll(segment => segment.Number == number);
}
