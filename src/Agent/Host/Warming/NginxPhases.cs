using Towncrier.Agent.Nginx;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Warming;

/// <summary>What is known of the nginx beside this agent: its phase, looked at four times a second at most, and its levels.</summary>
/// <param name="model">Its configuration; null where it cannot be read.</param>
/// <param name="user">Its workers' where the configuration names none.</param>
internal sealed class NginxPhases(NginxProcesses processes, NginxModel? model, string user, NginxFiller? filler, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turn = new(1);
    private NginxPhase _phase;
    private long _at;
    private bool _isKnown;

    /// <summary>Safe for any thread. One that is not seen and answers all the same runs in a container of its own, and is taken for warm.</summary>
    public async Task<NginxPhase> NowAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_isKnown && clock.GetElapsedTime(_at) < Fresh) return _phase;
            var phase = processes.Look();
            if (phase == NginxPhase.Absent && filler is not null && await filler.IsThereAsync(cancel).ConfigureAwait(false)) phase = NginxPhase.Warm;
            (_phase, _at, _isKnown) = (phase, clock.GetTimestamp(), true);
            return phase;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Who its workers run as when root starts it; null where the configuration is not known, or is another nginx's.</summary>
    public string? WorkersOf(string path) => model?.Zones.Any(zone => zone.Path == path) == true ? model.User?.First ?? user : null;

    /// <summary>As the configuration has them for a cache directory; null where that is not known.</summary>
    public Levels? LevelsOf(string path)
    {
        if (model?.Zones.FirstOrDefault(zone => zone.Path == path) is not { } zone) return null;
        var levels = Levels.None;
        foreach (var width in zone.Levels)
            if (!levels.TryDeeper(width, out levels)) return null;
        return levels;
    }

    public void Dispose() => _turn.Dispose();
}
