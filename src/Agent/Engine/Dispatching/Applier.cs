using Towncrier.Agent.Matching;
using Towncrier.Wire;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// Applies invalidations to every cache of this host. Safe from several threads: messages need no order among
/// themselves, since each only makes entries go.
/// </summary>
internal sealed class Applier(IReadOnlyList<Cache> caches, DispatchOptions options, WireLimits limits, TouchLog touches, Stamps stamps)
{
    /// <summary>Compiles a message for each cache. Refuses it when not one of its values can be applied.</summary>
    public bool TryPrepare(Invalidation message, bool hasTargets, out Preparation prepared, out Refusal refusal)
        => Preparation.TryMake(message, caches, hasTargets, limits, null, out prepared, out refusal);

    /// <summary>Arms, searches and purges. When this returns, everything indexed is purged; see <see cref="Application.Covered"/>.</summary>
    public Application Apply(Invalidation message, Preparation prepared, DateTimeOffset received, string source)
    {
        var compiled = prepared.PerCache;
        var at = stamps.Invalidation();
        var armed = message.DryRun ? [] : Arm(message, compiled, at);
        var values = new ValueTally(message.Values, prepared.Values);
        var finds = caches.Select((cache, i) => cache.Find(compiled[i])).ToArray();
        // Asked for only now: what was lost before or during the search is then waited for.
        var covered = Task.WhenAll(caches.Select(cache => cache.Watcher.Coverage.WhenCovered()));
        if (options.Fence <= TimeSpan.Zero) DisarmWhen(covered, armed);
        var application = new Application(message, received, values, armed, covered);
        for (var i = 0; i < finds.Length; i++)
        {
            var noted = 0;
            var entries = values.Merge(finds[i]);
            var outcomes = caches[i].Purge(entries, compiled[i], message.Mode, message.DryRun, application.Tally, (in EntryView entry) =>
            {
                if (!message.DryRun && Interlocked.Increment(ref noted) <= TouchLog.MostPerMessage) touches.Note(message, at, source, entry);
            });
            values.Note(finds[i], entries, outcomes);
        }

        return application;
    }

    /// <summary>Arms a message that was applied before a restart, as it was then.</summary>
    public IReadOnlyList<ArmedMessage> Rearm(Invalidation message, DateTimeOffset received)
        => Preparation.TryMake(message, caches, hasTargets: false, limits, received, out var prepared, out _) ? Arm(message, prepared.PerCache, received) : [];

    private void DisarmWhen(Task covered, ArmedMessage[] armed)
    {
        if (armed.Length == 0) return;
        _ = covered.ContinueWith(
            _ =>
            {
                for (var i = 0; i < armed.Length; i++) caches[i].Disarm(armed[i]);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private ArmedMessage[] Arm(Invalidation message, CompiledMessage[] compiled, DateTimeOffset at)
    {
        var armed = new ArmedMessage[caches.Count];
        for (var i = 0; i < armed.Length; i++)
        {
            armed[i] = new ArmedMessage(message.Id!, compiled[i], message.Mode, at, options.Fence);
            caches[i].Arm(armed[i]);
        }

        return armed;
    }
}
