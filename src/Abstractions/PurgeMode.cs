namespace Towncrier;

/// <summary>What becomes of an entry that is meant.</summary>
public enum PurgeMode
{
    /// <summary>The file is expired in place and unlinked: the next request is a miss.</summary>
    Hard,

    /// <summary>The file is expired in place: nginx may serve it stale while one request revalidates it.</summary>
    Soft,
}
