using Towncrier.Linux;

namespace Towncrier.Store.Writing;

/// <summary>What became of a written file that was to get its name.</summary>
/// <param name="IsOlder">One is there that was stored at the same time or later, and stays.</param>
/// <param name="IsInvalidated">An invalidation came meanwhile that means it.</param>
internal readonly record struct Placed(Errno Errno, bool IsOlder = false, bool IsInvalidated = false)
{
    public bool IsInPlace => this == default;
}
