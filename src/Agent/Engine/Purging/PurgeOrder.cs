using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Purging;

/// <summary>Judges a file's head as it is now, right before it is written to.</summary>
internal delegate bool StillMeant(in EntryFacts facts);

/// <summary>How the files of one invalidation are purged.</summary>
/// <param name="Meant">Files whose head it refuses are left alone.</param>
/// <param name="StoredUntil">Files stored later, in Unix seconds, are newer than what is purged.</param>
/// <param name="StoredAfter">Files stored up to then are not what this pass is about.</param>
/// <param name="BornBefore">
/// Files that came into being later are newer, too: a finer clock than the whole seconds of nginx's date.
/// </param>
internal sealed record PurgeOrder(
    PurgeMode Mode, bool DryRun, StillMeant Meant, long StoredUntil = long.MaxValue, long StoredAfter = long.MinValue,
    DateTimeOffset? BornBefore = null)
{
    /// <summary>
    /// Whether a response was stored before <see cref="BornBefore"/>, as far as the file's times tell. nginx makes the
    /// file once the response's headers are there; a file older than its date was revalidated in place, and then only
    /// its last write tells.
    /// </summary>
    public bool IsOldEnough(FileStatus status, long stored)
    {
        if (BornBefore is not { } limit) return true;
        var came = status.Born is { } born && born.ToUnixTimeSeconds() >= stored ? born : status.Modified;
        return came <= limit;
    }
}
