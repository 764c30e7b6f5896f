namespace Towncrier.Providers.Redis.Reading;

/// <summary>What a look at the stream says about what lies between us and it.</summary>
internal enum StreamState
{
    /// <summary>Nothing that we know of is missing.</summary>
    Whole,

    /// <summary>Entries are gone that we have not read.</summary>
    Trimmed,

    /// <summary>It is another stream, or an older state of it: its data was lost, or it was made anew.</summary>
    Renewed,
}

/// <summary>Tells whether entries were lost. Pure.</summary>
/// <param name="State">The finding.</param>
/// <param name="Next">From where to read on; with the count put right.</param>
/// <param name="IsExact">Nothing before <paramref name="Next"/> can be missing without being known.</param>
/// <param name="Missing">How many; null when that cannot be told.</param>
internal sealed record StreamVerdict(StreamState State, StreamPosition Next, bool IsExact, long? Missing)
{
    /// <param name="cursor">What was read so far.</param>
    /// <param name="info">The stream, seen after that.</param>
    public static StreamVerdict Of(StreamPosition cursor, StreamInfo info)
    {
        // Redis counts what was ever added, and trimming does not change that. So at the end of the stream our count
        // must be its count; and when all it holds is after us, the difference must be what it holds.
        var atEnd = info.Last == cursor.Id;
        var isAllAhead = info.First is null || info.First > cursor.Id;
        if (info.Last < cursor.Id || info.Added < cursor.Added) return Renewed(info, isAllAhead && info.Last > cursor.Id ? cursor.Id : EntryId.Zero);
        if (!atEnd && !isAllAhead) return new StreamVerdict(StreamState.Whole, cursor with { Added = info.Added is null ? null : cursor.Added }, IsExact: false, 0);
        var ahead = atEnd ? 0 : info.Length;
        var next = new StreamPosition(info.First is null ? info.Last : cursor.Id, info.Added - ahead);
        if (info.Added is { } added && cursor.Added is { } ours)
        {
            var missing = added - ahead - ours;
            return missing < 0
                ? Renewed(info, cursor.Id)
                : new StreamVerdict(missing > 0 ? StreamState.Trimmed : StreamState.Whole, next, IsExact: true, missing);
        }

        // Without counts only an end, or the very next id, shows that nothing is missing.
        if (atEnd || info.First == cursor.Id.Next) return new StreamVerdict(StreamState.Whole, next, IsExact: false, 0);
        return new StreamVerdict(StreamState.Trimmed, next with { Id = info.First?.Previous ?? info.Last }, IsExact: true, null);
    }

    // Whatever the new stream holds after this is read, even what we may have read before.
    private static StreamVerdict Renewed(StreamInfo info, EntryId from) =>
        new(StreamState.Renewed, new StreamPosition(from, info.Added - info.Length), IsExact: true, null);
}
