using System.Globalization;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Doctoring.Checks;

/// <summary>May the agent work in the directory, and is it nginx's alone?</summary>
internal static class DirectoryChecks
{
    public static IEnumerable<Finding> All(DoctorCase doctor)
    {
        foreach (var cache in doctor.Caches)
        {
            foreach (var finding in Access(doctor, cache)) yield return finding;
            if (cache.Zones.Count == 0)
                yield return new Finding("cache.unknown", Severity.Warning, $"no *_cache_path of this nginx names {cache.Path}", cache.Path, "Compare it with the paths in the configuration; links are not resolved");
            if (cache.Zones.Count > 1)
                yield return new Finding("path.shared", Severity.Error, $"{cache.Zones.Count} zones share {cache.Path}: each deletes the files of the other", cache.Zones[1].Directive.Where, "Give each zone a directory of its own");
            if (doctor.Caches.FirstOrDefault(c => c.Path != cache.Path && StateDirectory.IsWithin(cache.Path, c.Path)) is { } outer)
                yield return new Finding("path.nested", Severity.Error, $"{cache.Path} lies in the cache {outer.Path}: nginx's loader for the outer one deletes or adopts files of the inner one", cache.Where, "Put them side by side");
            if (doctor.StateDirectory is { } state && StateDirectory.IsWithin(state, cache.Path))
                yield return new Finding("state.inside", Severity.Error, $"the agent's state directory {state} lies in the cache, where nginx's loader deletes every file it does not know", state, "Choose a state directory outside every cache");
        }
    }

    private static IEnumerable<Finding> Access(DoctorCase doctor, DoctorCache cache)
    {
        var machine = doctor.Machine;
        var me = machine.NameOf(machine.Uid);
        if (machine.Stat(cache.Path) is not { } facts)
        {
            yield return new Finding("dir.missing", Severity.Error, $"{cache.Path} does not exist or {me} may not look at it", cache.Where, $"Start nginx once, or make it with mode 700 for {doctor.NginxUser}");
            yield break;
        }

        var owned = $"it has mode {Convert.ToString(facts.Mode, 8)} and belongs to {machine.NameOf(facts.Uid)}, nginx's workers run as {doctor.NginxUser}";
        if (!facts.IsDirectory)
            yield return new Finding("dir.not-one", Severity.Error, $"{cache.Path} is not a directory", cache.Where, "Remove it and restart nginx");
        else if (!machine.May(facts, 5))
            yield return new Finding("dir.unreadable", Severity.Error, $"{me} cannot read {cache.Path}: {owned}", cache.Path, $"Run the agent as {doctor.NginxUser}");
        else if (!machine.May(facts, 2))
            yield return new Finding("dir.unwritable", Severity.Error, $"{me} cannot write to {cache.Path}: {owned}. It can be watched but not purged", cache.Path, $"Run the agent as {doctor.NginxUser}");
        if (machine.Mount(cache.Path) is { IsReadOnly: true } mount)
            yield return new Finding("dir.read-only", Severity.Error, $"{cache.Path} is on a read-only mount ({mount.Point})", cache.Path, "Mount it for writing");
        if (machine.Uid != 0 && machine.UidOf(doctor.NginxUser) != machine.Uid)
            yield return new Finding("user.differs", Severity.Warning, $"this runs as {me} and nginx's workers as {doctor.NginxUser}: nginx makes its files 0600 and its directories 0700, so only that user can purge them", doctor.Model.User?.Where ?? cache.Path, $"Run the agent as {doctor.NginxUser}; if it already does, run the doctor so too");
        if (machine.Uid == 0)
            yield return new Finding("user.root", Severity.Info, $"this runs as root, which may do everything: what {doctor.NginxUser} may do was not tried", cache.Path, string.Create(CultureInfo.InvariantCulture, $"Run the doctor as {doctor.NginxUser} to be sure"));
    }
}
