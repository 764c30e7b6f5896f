using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Doctoring;

/// <summary>All that the checks look at.</summary>
/// <param name="Model">nginx's configuration.</param>
/// <param name="Build">nginx's built-in defaults.</param>
/// <param name="Caches">The directories to judge.</param>
/// <param name="Machine">This machine.</param>
/// <param name="StateDirectory">The agent's state directory, when it is known.</param>
internal sealed record DoctorCase(NginxModel Model, NginxBuild Build, IReadOnlyList<DoctorCache> Caches, Machine Machine, string? StateDirectory)
{
    /// <summary>Each place that fills one of the caches, once, with its zone.</summary>
    public IEnumerable<(NginxPlace Place, NginxZone Zone)> Places =>
        Caches.SelectMany(c => c.Zones).SelectMany(z => Model.PlacesOf(z).Select(p => (p, z))).DistinctBy(p => p.p.Pass);

    /// <summary>The user that nginx's workers run as.</summary>
    public string NginxUser => Model.User?.First ?? Build.User;
}

/// <summary>One directory, and the zones that name it: one in a sound configuration.</summary>
internal sealed record DoctorCache(string Path, IReadOnlyList<NginxZone> Zones, CacheSurvey Survey)
{
    /// <summary>Where to point at: the zone's line, or the directory.</summary>
    public string Where => Zones.Count > 0 ? Zones[0].Directive.Where : Path;

    /// <summary>What exists now, or what the levels can grow to, whichever is more.</summary>
    public long Directories => Math.Max(Survey.Directories, Zones.Count > 0 ? Zones[0].MaxDirectories : 0);
}
