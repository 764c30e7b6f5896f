using System.Globalization;
using System.Runtime.InteropServices;

namespace Towncrier.Peers;

/// <summary>The little of kill(2) and proc(5) that the fixtures need and the BCL does not offer.</summary>
public static partial class Posix
{
    public const int SigHup = 1;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigUsr1 = 10;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    /// <summary>Sends a signal to exactly one process. False when it no longer exists.</summary>
    public static bool Signal(int processId, int signal)
    {
        // 0 and negative ids address groups of processes: never what a fixture means.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        return Kill(processId, signal) == 0;
    }

    /// <summary>The direct children of a process; none when it is gone.</summary>
    public static int[] ChildrenOf(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
            return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
