using System.Runtime.InteropServices;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>An entry as it was found: enough to open its file. The row may since be gone or another's.</summary>
internal readonly record struct EntryRef(uint Row, EntryName Name, Levels Levels);

/// <summary>An entry's row and generation when its removal began.</summary>
internal readonly record struct RemovalTicket(uint Row, byte Generation)
{
    /// <summary>It was not in the index.</summary>
    public static RemovalTicket Unknown => new(uint.MaxValue, 0);
}

/// <summary>What putting an entry changed.</summary>
internal enum PutOutcome : byte
{
    /// <summary>Known already, with the same date and valid time: most often our own write coming back.</summary>
    Same,

    /// <summary>Known, and stored anew or revalidated.</summary>
    Changed,

    Added,
}

/// <summary>Lists of entries.</summary>
internal static class EntryRefs
{
    /// <summary>Sorts a list's end by row, and drops repeats there.</summary>
    public static void Distinct(List<EntryRef> refs, int from)
    {
        if (refs.Count - from < 2) return;
        var span = CollectionsMarshal.AsSpan(refs)[from..];
        span.Sort((a, b) => a.Row.CompareTo(b.Row));
        var kept = from + 1;
        for (var i = 1; i < span.Length; i++)
            if (span[i].Row != span[i - 1].Row) refs[kept++] = span[i];
        refs.RemoveRange(kept, refs.Count - kept);
    }
}
