using System.ComponentModel;
using System.Diagnostics;

namespace Towncrier.Linux.Tests;

/// <summary>A file system of its own with the options asked for; unmounted when disposed. Skips the test where mounting is not allowed.</summary>
internal sealed class MountedFolder : IDisposable
{
    private readonly TempFolder _folder = new();
    private DirectoryHandle? _handle;

    public string Path => _folder.Path;

    public DirectoryHandle Handle
    {
        get
        {
            if (_handle is not null) return _handle;
            DirectoryHandle.TryOpen(Path, out _handle).ShouldBe(Errno.None);
            return _handle!;
        }
    }

    public static MountedFolder Tmpfs(string options)
    {
        var mounted = new MountedFolder();
        if (Try("mount", "-t", "tmpfs", "-o", options, "tmpfs", mounted.Path)) return mounted;
        mounted._folder.Dispose();
        Assert.Skip("mounting a tmpfs is not allowed here");
        return mounted;
    }

    public string At(string name) => _folder.At(name);

    public void Dispose()
    {
        _handle?.Dispose();
        _ = Try("umount", "--lazy", Path);
        _folder.Dispose();
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
            return false;
        }
    }
}
