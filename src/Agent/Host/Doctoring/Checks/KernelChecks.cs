namespace Towncrier.Host.Doctoring.Checks;

/// <summary>Do the kernel's limits and the file system let the agent see every change?</summary>
internal static class KernelChecks
{
    private const int UsualQueue = 16384;

    // From here on a burst, such as nginx evicting many files at once, can fill the usual queue.
    private const int BigCache = 100_000;

    // One instance per agent and some for everything else of that user.
    private const int FewInstances = 16;

    private static readonly string[] Network = ["nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "glusterfs", "lustre", "afs"];

    public static IEnumerable<Finding> All(DoctorCase doctor)
    {
        var directories = doctor.Caches.Sum(c => c.Directories);
        var sysctl = doctor.Machine.Sysctl;
        if (sysctl("fs/inotify/max_user_watches") is { } watches)
        {
            var advice = Math.Max(65536, directories * 2);
            if (watches < directories)
                yield return new Finding("inotify.watches", Severity.Error, $"the caches can have {directories} directories, and this user may watch {watches}: changes in the rest would go unseen", "fs.inotify.max_user_watches", $"sysctl -w fs.inotify.max_user_watches={advice}, and put it into /etc/sysctl.d");
            else if (watches < directories * 2)
                yield return new Finding("inotify.watches", Severity.Warning, $"the caches can have {directories} directories, and this user may watch {watches} in all programs together: that is tight", "fs.inotify.max_user_watches", $"sysctl -w fs.inotify.max_user_watches={advice}, and put it into /etc/sysctl.d");
        }

        if (sysctl("fs/inotify/max_queued_events") is { } queue && (queue < UsualQueue || (queue == UsualQueue && doctor.Caches.Any(c => c.Survey.Files >= BigCache))))
            yield return new Finding("inotify.queue", Severity.Warning, $"the kernel keeps {queue} events for a reader: a burst in a cache of this size can exceed that, and the agent must then scan everything again", "fs.inotify.max_queued_events", "sysctl -w fs.inotify.max_queued_events=262144, and put it into /etc/sysctl.d");
        if (sysctl("fs/inotify/max_user_instances") is < FewInstances and var instances)
            yield return new Finding("inotify.instances", Severity.Warning, $"this user may have {instances} inotify instances in all programs together", "fs.inotify.max_user_instances", "sysctl -w fs.inotify.max_user_instances=128, and put it into /etc/sysctl.d");

        foreach (var cache in doctor.Caches)
        {
            if (doctor.Machine.Mount(cache.Path) is not { FileSystem: var system } mount) continue;
            if (mount.Times is { } times) yield return AccessTimes(cache.Path, mount.Point, times);
            if (Network.Contains(system) || system.StartsWith("fuse.", StringComparison.Ordinal))
                yield return new Finding("fs.network", Severity.Warning, $"{cache.Path} is on {system}: the kernel does not tell of changes that other hosts make, so their files stay unknown until the next scan", mount.Point, "Put the cache on a local disk");
            else if (system == "overlay")
                yield return new Finding("fs.overlay", Severity.Warning, $"{cache.Path} is on an overlay, usually a container's own layer: it is lost with the container, and an agent in another container does not see it", mount.Point, "Mount a volume at the cache's path in both containers");
            else if (system is "tmpfs" or "ramfs")
                yield return new Finding("fs.tmpfs", Severity.Info, $"{cache.Path} is in memory ({system}): it is empty after a restart of the machine", mount.Point, "Nothing to do; count it to the memory that nginx needs");
        }
    }

    private static Finding AccessTimes(string path, string point, string times)
    {
        var option = times.Split(',')[0];
        var (means, remedy) = option switch
        {
            "noatime" => ("no read of a file is noted, so what disk_limit and memory_limit evict is chosen by when it was stored, and by a sample of what is opened", "With these limits, mount it with strictatime,lazytime; without them nothing need change"),
            "relatime" => ("of the reads of a file the first after it was stored is noted, and one a day, so what disk_limit and memory_limit evict is chosen to a day, and by a sample of what is opened", "With these limits, mount it with strictatime,lazytime if entries live for less than some days; without them nothing need change"),
            _ => ("every read of a file is noted, so what disk_limit and memory_limit evict is the least recently used", times.Contains("lazytime", StringComparison.Ordinal) ? "Nothing to do" : "Nothing to do; with lazytime the times cost no writes"),
        };
        return new Finding("fs.atime", Severity.Info, $"{path} is mounted with {times}: {means}", point, remedy);
    }
}
