using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Purging;
using Towncrier.Agent.Watching;

namespace Towncrier.Agent.Dispatching;

/// <summary>Told of an entry that is meant and about to be purged.</summary>
internal delegate void Noting(in EntryView entry);

/// <summary>
/// One cache directory under the agent's care: its index, its watcher, its purger, and the invalidations armed on it.
/// An entry is put into the index before it meets the armed ones, and an invalidation is armed before the index is
/// searched; so each pair of the two meets at least once, whatever runs at the same time.
/// </summary>
internal sealed class Cache : IDisposable
{
    private readonly CacheSettings _settings;
    private readonly DispatchOptions _options;
    private readonly TimeProvider _clock;
    private readonly Purger _purger;
    private readonly ArmedSet _armed;
    private readonly PlacingLocks _placing = new();

    public Cache(CacheSettings settings, DispatchOptions options, TimeProvider clock, ILogger logger)
    {
        _settings = settings;
        _options = options;
        _clock = clock;
        Root = new CacheRoot(settings.Path);
        Index = new CacheIndex(settings.Template, settings.KeepsRecency);
        _purger = new Purger(Root, Index, settings.Tags, options.Soft, clock);
        _armed = new ArmedSet(options.MaxArmed);
        Watcher = new CacheWatcher(Root, settings.Tags, Index, Arrived, options.Watch, clock, logger);
    }

    public CacheRoot Root { get; }

    public CacheIndex Index { get; }

    public CacheWatcher Watcher { get; }

    public CacheSettings Settings => _settings;

    /// <summary>Entries deleted, by reason.</summary>
    public Deletions Deletions { get; } = new();

    /// <summary>It as a governor sees it.</summary>
    public GovernedCache Governed => new(Root, Index, Watcher.Coverage, _settings.Tags, Deletions, KeepsStale: !_settings.KeepsRecency, _settings.OrderFile);

    public int Armed => _armed.Count;

    public long ArmedDropped => _armed.Dropped;

    /// <summary>Told of each file the fence purged.</summary>
    public Action<PurgeMode>? FencePurged { get; set; }

    /// <param name="at">When the message came; null for now. A ban's ages are as of then.</param>
    public CompiledMessage Compile(Invalidation message, Func<string, string?> problemOf, DateTimeOffset? at = null)
        => CompiledMessage.Compile(message, Index, _settings.Hosts, problemOf, at ?? _clock.GetUtcNow());

    /// <summary>
    /// Arms a message: from now on no entry that it means arrives unnoticed. Without a fence, too: whether a scan has
    /// to find what the message means shows only after the search.
    /// </summary>
    public void Arm(ArmedMessage armed) => _armed.Arm(armed);

    /// <summary>Disarms a message that has no fence and is covered.</summary>
    public void Disarm(ArmedMessage armed) => _armed.Disarm(armed);

    /// <summary>Finds what a message means; every file that was in place when this was called is in the index by then.</summary>
    public List<EntryRef>[] Find(CompiledMessage message)
    {
        Watcher.CatchUp();
        _placing.WaitForAll();
        return FindMeant(message, _ => true);
    }

    private List<EntryRef>[] FindMeant(CompiledMessage message, Func<EntryRef, bool> wanted)
    {
        if (message.NeedsHeads) return Confirmed(message, [.. message.Candidates(Index).Where(wanted)]);
        var found = message.Find(Index);
        foreach (var some in found) some.RemoveAll(entry => !wanted(entry));
        return found;
    }

    /// <summary>
    /// The entries each value means, by their heads on disk. A file that cannot be read is given to the first value, so
    /// that the purge fails of it as it should.
    /// </summary>
    /// <param name="candidates">Each once; sorted here.</param>
    private List<EntryRef>[] Confirmed(CompiledMessage message, EntryRef[] candidates)
    {
        var single = message.Values.Count == 1; // then there is nothing to keep for each entry
        var meantBy = new ConcurrentDictionary<(EntryName, Levels), int[]>();
        var order = new PurgeOrder(PurgeMode.Soft, DryRun: true, (in EntryFacts facts) =>
        {
            var entry = EntryView.Of(Index.Template, facts);
            if (single) return message.Matches(entry);
            var values = message.ValuesThatMean(entry);
            if (values.Length > 0) meantBy[(facts.Name, facts.Levels)] = values;
            return values.Length > 0;
        });
        var outcomes = _purger.Purge(candidates, order, new PurgeTally());
        var found = message.Values.Select(_ => new List<EntryRef>()).ToArray();
        for (var i = 0; i < candidates.Length; i++)
        {
            if (PurgeOutcomes.IsFailure(outcomes[i]) || (single && outcomes[i] == PurgeOutcome.WouldPurge)) found[0].Add(candidates[i]);
            else if (meantBy.TryGetValue((candidates[i].Name, candidates[i].Levels), out var values))
                foreach (var value in values) found[value].Add(candidates[i]);
        }

        return found;
    }

    /// <summary>Purges entries whose head, read again, still is meant.</summary>
    /// <param name="noting">Told of each entry that is meant, before it is purged; from any worker.</param>
    public PurgeOutcome[] Purge(
        EntryRef[] entries, CompiledMessage message, PurgeMode mode, bool dryRun, PurgeTally tally, Noting noting)
    {
        var outcomes = _purger.Purge(entries, new PurgeOrder(mode, dryRun, Meant(message, noting)), tally);
        if (mode == PurgeMode.Hard) Deletions.Add(Deletions.ReasonOf(message.Command), outcomes.Count(outcome => outcome == PurgeOutcome.Purged));
        return outcomes;
    }

    /// <summary>Ends a fence: what was stored while it stood and is meant goes once.</summary>
    public void EndFence(ArmedMessage armed)
    {
        armed.End(); // first: what lands from now on is dealt with when it lands
        Watcher.CatchUp();
        if (!armed.HasLate) return;
        var late = FindMeant(armed.Message, entry => IsLate(Index.TimesOf(entry), armed)).SelectMany(some => some).Distinct().ToArray();
        var order = new PurgeOrder(armed.Mode, DryRun: false, Meant(armed.Message), armed.FenceEnd, armed.At - 1);
        foreach (var outcome in _purger.Purge(late, order, armed.Caught)) Told(outcome, armed);
    }

    // Of the second in which it was armed: not what it has expired itself, which nobody has asked for since.
    private static bool IsLate((long Stored, long Valid) times, ArmedMessage armed)
        => times.Stored <= armed.FenceEnd && (times.Stored > armed.At || (times.Stored == armed.At && times.Valid >= armed.At));

    /// <summary>Forgets invalidations that are older than the window in which a response may still land.</summary>
    public void Expire(long now)
        => _armed.Expire(now - (long)Math.Max(_options.LateWindow.TotalSeconds, _options.Fence.TotalSeconds + 1));

    /// <summary>
    /// Has a file put in place, unless an armed invalidation means it: then it never is, not for a moment. For files whose
    /// <see cref="EntryFacts.StoredTick"/> is known.
    /// </summary>
    /// <param name="place">Gives it its name; called inside the name's lock, so that it can compare with what is there. False when it did not.</param>
    /// <returns>Whether an invalidation meant it.</returns>
    public bool Place(in EntryFacts facts, Func<bool> place)
    {
        lock (_placing[facts.Name])
        {
            foreach (var armed in MeantBy(facts))
                if (IsOver(facts, MadeFor(facts, armed), armed)) return true;
            if (place()) Index.Put(facts);
        }

        Arrived(facts); // notes what a fence will take when it ends
        return false;
    }

    /// <summary>Purges entries for a reason of the store's own, each judged again by its head.</summary>
    public PurgeOutcome[] Purge(EntryRef[] entries, PurgeOrder order, PurgeTally tally) => _purger.Purge(entries, order, tally);

    public void Dispose() => _purger.Dispose();

    private void Arrived(in EntryFacts facts)
    {
        foreach (var armed in MeantBy(facts))
        {
            var made = MadeFor(facts, armed);
            if (made <= armed.FenceEnd && Meet(facts, made, armed)) return;
        }
    }

    private List<ArmedMessage> MeantBy(in EntryFacts facts)
    {
        if (_armed.Count == 0) return [];
        var meant = new List<ArmedMessage>();
        _armed.Collect(EntryView.Of(Index.Template, facts), Math.Min(facts.Made, facts.Stored), meant);
        return meant;
    }

    // What another cache held for a while counts as made back then, but only while the fence stands: afterwards that cache
    // has had its time to be purged, too.
    private long MadeFor(in EntryFacts facts, ArmedMessage armed) => _clock.GetUtcNow().ToUnixTimeSeconds() <= armed.FenceEnd ? facts.Made : facts.Stored;

    // To the tick: it was made before the message, or while a fence stood that has ended.
    private static bool IsOver(in EntryFacts facts, long made, ArmedMessage armed)
    {
        var (second, until) = armed.Ended ? (armed.FenceEnd, armed.Ends) : (armed.At, armed.ArmedAt);
        return made <= second && !IsLaterInSecond(facts, made, until);
    }

    /// <summary>What an armed message does to an entry that arrives; true when it is gone for good.</summary>
    private bool Meet(in EntryFacts facts, long made, ArmedMessage armed)
    {
        // In the very seconds in which the fence begins and ends, the file's own times tell before from after. Where they
        // do not, what came as it began is kept like what came later. Whoever notes looks again whether the fence has
        // ended meanwhile; whoever ends it looks for notes after that: one of them deals with the entry.
        if (!armed.Ended)
        {
            var outcome = made > armed.At || IsLaterInSecond(facts, made, armed.ArmedAt) ? PurgeOutcome.Newer : PurgeOne(facts, armed, IsUndecided(facts, made, armed.At) ? armed.ArmedAt : null);
            if (outcome != PurgeOutcome.Newer) return outcome == PurgeOutcome.Purged && armed.Mode == PurgeMode.Hard;
            armed.NoteLate();
            if (!armed.Ended) return false;
        }

        if (IsLaterInSecond(facts, made, armed.Ends)) return false;
        return PurgeOne(facts, armed, IsUndecided(facts, made, armed.FenceEnd) ? armed.Ends : null) == PurgeOutcome.Purged && armed.Mode == PurgeMode.Hard;
    }

    // The store's own files tell the tick; for one that was copied from another host, its times here say nothing.
    private static bool IsLaterInSecond(in EntryFacts facts, long made, DateTimeOffset than)
        => made == than.ToUnixTimeSeconds() && made == facts.Stored && facts.StoredTick > than.UtcTicks % TimeSpan.TicksPerSecond;

    private static bool IsUndecided(in EntryFacts facts, long made, long second) => made == second && (made != facts.Stored || facts.StoredTick < 0);

    private PurgeOutcome PurgeOne(in EntryFacts facts, ArmedMessage armed, DateTimeOffset? bornBefore)
    {
        var order = new PurgeOrder(armed.Mode, DryRun: false, Meant(armed.Message), facts.Stored, BornBefore: bornBefore);
        var tally = new PurgeTally();
        var outcome = _purger.PurgeOne(facts.Name, facts.Levels, order, tally);
        // A scan hands on no header lines: that a ban did not mean the entry after all is nothing to report.
        if (outcome != PurgeOutcome.Replaced || facts.HasLines || !armed.Message.NeedsHeads) armed.Caught.Add(tally);
        Told(outcome, armed);
        return outcome;
    }

    private StillMeant Meant(CompiledMessage message, Noting? noting = null)
    {
        return (in EntryFacts facts) =>
        {
            var entry = EntryView.Of(Index.Template, facts);
            if (!message.Matches(entry)) return false;
            noting?.Invoke(entry);
            return true;
        };
    }

    private void Told(PurgeOutcome outcome, ArmedMessage armed)
    {
        if (outcome != PurgeOutcome.Purged) return;
        FencePurged?.Invoke(armed.Mode);
        if (armed.Mode == PurgeMode.Hard) Deletions.Add(Deletions.ReasonOf(armed.Message.Command), 1);
    }
}
