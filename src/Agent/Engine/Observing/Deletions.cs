namespace Towncrier.Agent.Observing;

/// <summary>Why an entry was deleted; names as in <see cref="Deletions.Name"/>.</summary>
internal enum DeletionReason : byte
{
    LruNukedMemory,
    LruNukedDisk,
    Expired,
    UrlInvalidation,
    AlternateKeyInvalidation,
}

/// <summary>Entries of one cache that were deleted, counted by reason. Safe for any thread.</summary>
internal sealed class Deletions
{
    public static readonly IReadOnlyList<DeletionReason> Reasons = Enum.GetValues<DeletionReason>();

    private readonly long[] _counts = new long[Enum.GetValues<DeletionReason>().Length];
    private long _outdated;

    public long this[DeletionReason reason] => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>Entries forgotten because their file was gone already.</summary>
    public long Outdated => Volatile.Read(ref _outdated);

    public void Add(DeletionReason reason, long entries)
    {
        if (entries > 0) Interlocked.Add(ref _counts[(int)reason], entries);
    }

    public void AddOutdated(long entries) => Interlocked.Add(ref _outdated, entries);

    public static string Name(DeletionReason reason) => reason switch
    {
        DeletionReason.LruNukedMemory => "lru_nuked_memory",
        DeletionReason.LruNukedDisk => "lru_nuked_disk",
        DeletionReason.Expired => "expired",
        DeletionReason.UrlInvalidation => "url_invalidation",
        _ => "alternate_key_invalidation",
    };

    /// <summary>The reason of what a message deletes: tags are alternate keys, and all else names URLs.</summary>
    public static DeletionReason ReasonOf(InvalidationCommand command)
        => command is InvalidationCommand.Xkey or InvalidationCommand.XkeySoft ? DeletionReason.AlternateKeyInvalidation : DeletionReason.UrlInvalidation;
}
