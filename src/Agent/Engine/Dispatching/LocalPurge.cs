using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Disk;
using Towncrier.Wire;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// Purges one cache directory without an agent: scans it, then applies messages to what was found, by the same rooms
/// and rules. Nothing is watched, and nothing stays armed.
/// </summary>
internal sealed class LocalPurge : IDisposable
{
    private readonly CacheSettings _settings;
    private readonly Cache _cache;
    private readonly Applier _applier;
    private readonly TimeProvider _clock;

    public LocalPurge(CacheSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        var options = new DispatchOptions { Fence = TimeSpan.Zero };
        _cache = new Cache(settings, options, clock, NullLogger.Instance);
        _applier = new Applier([_cache], options, WireLimits.Default, new TouchLog(), new Stamps(clock));
    }

    /// <exception cref="Linux.LinuxException">The directory cannot be opened.</exception>
    public ScanTally Scan(Func<Func<long>, IDisposable> progress, int threads, CancellationToken stop)
    {
        var scan = new TreeScan(_cache.Root, _settings.Tags, batch => _cache.Index.PutScanned(batch));
        using var shown = progress(() => scan.Progress);
        return scan.Run(threads, stop);
    }

    /// <summary>Applies one message; false with the reason when none of its values can be.</summary>
    public bool TryApply(Invalidation message, out InvalidationReport? report, out Refusal refusal)
    {
        report = null;
        if (!_applier.TryPrepare(message, hasTargets: false, out var prepared, out refusal)) return false;
        var began = _clock.GetUtcNow();
        var application = _applier.Apply(message, prepared, began, "local");
        report = application.Report(_clock.GetUtcNow() - began);
        // There is no scan under way whose end could be waited for.
        report = report with { State = application.Tally.HasFailures ? InvalidationState.Failed : InvalidationState.Applied };
        return true;
    }

    public void Dispose() => _cache.Dispose();
}
