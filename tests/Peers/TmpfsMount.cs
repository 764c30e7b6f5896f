using System.ComponentModel;
using System.Diagnostics;

namespace Towncrier.Peers;

/// <summary>A file system of its own, with the mount options asked for; unmounted when disposed. The test is skipped where mounting is not allowed.</summary>
public sealed class TmpfsMount : IDisposable
{
    /// <param name="options">As in mount(8): <c>size=4m,nr_inodes=100,noatime</c>.</param>
    public TmpfsMount(string options)
    {
        Path = Directory.CreateTempSubdirectory("towncrier-tmpfs-").FullName;
        if (Try("mount", "-t", "tmpfs", "-o", options, "tmpfs", Path)) return;
        Directory.Delete(Path);
        Assert.Skip("mounting a tmpfs is not allowed here");
    }

    public string Path { get; }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        _ = Try("umount", "--lazy", Path);
        Directory.Delete(Path, recursive: true);
    }

    private static bool Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
