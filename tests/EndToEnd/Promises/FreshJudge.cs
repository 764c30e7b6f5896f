using System.Collections.Concurrent;

namespace Towncrier.EndToEnd.Promises;

/// <summary>Knows from when on a version of a page may not be seen any more, and counts what is seen all the same.</summary>
/// <param name="grace">How long after an applied purge an older version may still be seen: the fence.</param>
internal sealed class FreshJudge(TimeSpan grace)
{
    private readonly ConcurrentQueue<(int Page, int Version, DateTimeOffset From)>[] _due =
        [.. Enumerable.Range(0, FreshSite.Pages).Select(_ => new ConcurrentQueue<(int, int, DateTimeOffset)>())];

    private readonly int[] _least = new int[FreshSite.Pages];
    private readonly ConcurrentQueue<string> _violations = new();
    private long _seen;

    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Answers that were judged.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>A purge of <paramref name="page"/>, sent after it got <paramref name="version"/>, has been applied.</summary>
    public void Applied(int page, int version) => _due[page].Enqueue((page, version, Moment.Now + grace));

    /// <summary>The least version that a request sent now may be answered with.</summary>
    public int Least(int page)
    {
        while (_due[page].TryPeek(out var due) && due.From <= Moment.Now && _due[page].TryDequeue(out due))
        {
            // Two clients may take two at once; the larger one stays.
            for (int least; (least = Volatile.Read(ref _least[page])) < due.Version;)
                Interlocked.CompareExchange(ref _least[page], due.Version, least);
        }
        return Volatile.Read(ref _least[page]);
    }

    public void Judge(int page, int least, int version, string cacheStatus)
    {
        Interlocked.Increment(ref _seen);
        if (version < least)
            _violations.Enqueue($"{Moment.Now:HH:mm:ss.fff} {FreshSite.PathOf(page)}: {cacheStatus} version {version}, at least {least} is due");
    }
}
