namespace Towncrier.Agent.Dispatching;

/// <summary>
/// The times of invalidations and of what is put, by which one is told to be before the other however close they are: what
/// is put after an invalidation has a later stamp, and what is invalidated after a put has none that is earlier. A clock that is set
/// back by up to a second changes nothing of it; one that is set back further is followed. Safe for any thread.
/// </summary>
internal sealed class Stamps(TimeProvider clock)
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _invalidated; // the latest of each
    private DateTimeOffset _put;

    public DateTimeOffset Put()
    {
        lock (_lock) return _put = NotBefore(_invalidated.AddTicks(1));
    }

    public DateTimeOffset Invalidation()
    {
        lock (_lock) return _invalidated = NotBefore(_put > _invalidated ? _put : _invalidated);
    }

    private DateTimeOffset NotBefore(DateTimeOffset earliest)
    {
        var now = clock.GetUtcNow();
        return now < earliest && earliest - now <= MostAhead ? earliest : now;
    }
}
