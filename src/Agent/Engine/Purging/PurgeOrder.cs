using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Purging;

/// <summary>Judges a file's head as it is now, right before it is written to.</summary>
internal delegate bool StillMeant(in EntryFacts facts);

/// <summary>How the files of one invalidation are purged.</summary>
/// <param name="Meant">Files whose head it refuses are left alone.</param>
/// <param name="StoredUntil">Files stored later, in Unix seconds, are newer than what is purged.</param>
/// <param name="StoredAfter">Files stored up to then are not what this pass is about.</param>
internal sealed record PurgeOrder(
    PurgeMode Mode, bool DryRun, StillMeant Meant, long StoredUntil = long.MaxValue, long StoredAfter = long.MinValue);
