namespace Towncrier.Peers;

/// <summary>A tmpfs of a few megabytes: a real file system that is soon full. Needs the right to mount; without it the test is skipped.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <param name="size">As mount takes it: <c>4m</c>.</param>
    public static async Task<SmallDisk> MountAsync(string size, string more = "")
    {
        var path = Directory.CreateTempSubdirectory("towncrier-disk-").FullName;
        await using var mount = ChildProcess.Start("mount", ["-t", "tmpfs", "-o", $"size={size}{more}", "tmpfs", path]);
        Assert.SkipUnless(await mount.ExitAsync() == 0, "this user may not mount a tmpfs: " + mount.Stderr);
        return new SmallDisk(path);
    }

    /// <summary><c>ro</c>, <c>rw</c>, another size.</summary>
    public async Task RemountAsync(string options)
    {
        await using var mount = ChildProcess.Start("mount", ["-o", "remount," + options, Path]);
        if (await mount.ExitAsync() != 0) throw new IOException(mount.Stderr);
    }

    public async ValueTask DisposeAsync()
    {
        await using var umount = ChildProcess.Start("umount", ["-l", Path]);
        await umount.ExitAsync();
        Directory.Delete(Path);
    }
}
