using System.Globalization;

namespace Towncrier.Linux;

/// <summary>The kernel limits that a failed call may have run into, read from /proc/sys when they are asked for.</summary>
public static class KernelLimits
{
    /// <summary>fs.inotify.max_user_watches; -1 when it cannot be read.</summary>
    public static long InotifyWatches => Read("fs/inotify/max_user_watches");

    /// <summary>fs.inotify.max_user_instances; -1 when it cannot be read.</summary>
    public static long InotifyInstances => Read("fs/inotify/max_user_instances");

    /// <summary>fs.inotify.max_queued_events; -1 when it cannot be read.</summary>
    public static long InotifyQueuedEvents => Read("fs/inotify/max_queued_events");

    internal static string? Hint(string call, Errno errno) => (call, errno) switch
    {
        ("inotify_add_watch", Errno.ENOSPC) =>
            $"fs.inotify.max_user_watches is {InotifyWatches}: raise it with sysctl",
        ("inotify_init1", Errno.EMFILE) =>
            $"fs.inotify.max_user_instances is {InotifyInstances}: raise it with sysctl",
        (_, Errno.EMFILE) => "this process has no file descriptors left: raise LimitNOFILE (ulimit -n)",
        (_, Errno.EACCES or Errno.EPERM) => $"this process runs as {Environment.UserName}: run it as nginx's worker user",
        _ => null,
    };

    private static long Read(string name)
    {
        try
        {
            var text = File.ReadAllText("/proc/sys/" + name).Trim();
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;
        }
        catch (IOException)
        {
            return -1; // no /proc here: the hint is then less precise, nothing else depends on it
        }
        catch (UnauthorizedAccessException)
        {
            return -1;
        }
    }
}
