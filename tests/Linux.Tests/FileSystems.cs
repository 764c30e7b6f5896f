using System.Globalization;
using Towncrier.Peers;

namespace Towncrier.Linux.Tests;

public sealed class FileSystems : IDisposable
{
    private readonly List<DirectoryHandle> _open = [];

    public void Dispose() => _open.ForEach(handle => handle.Dispose());

    [Fact]
    public async Task Usage_is_what_df_says()
    {
        DirectoryHandle.TryOpen("/proc", out var proc).ShouldBe(Errno.None);
        using (proc)
        {
            proc!.Usage(out var nothing).ShouldBe(Errno.None);
            (nothing.Fraction, nothing.InodeFraction).ShouldBe((0, 0));
        }

        await using var small = await SmallDisk.MountAsync("4m", ",nr_inodes=100");
        File.WriteAllBytes(Path.Combine(small.Path, "file"), new byte[3 * 1024 * 1024 + 1]);
        Open(small).Usage(out var usage).ShouldBe(Errno.None);
        var df = Df(small.Path, "used,avail,iused,iavail");
        (usage.Used, usage.Available, usage.InodesUsed, usage.InodesAvailable).ShouldBe((df[0], df[1], df[2], df[3]));
        usage.Used.ShouldBe(3 * 1024 * 1024 + usage.BlockSize);
        usage.Fraction.ShouldBe(0.75, 0.01);
        usage.InodeFraction.ShouldBe(0.02, 0.001); // the file and the root
    }

    [Theory]
    [InlineData("strictatime", AccessTimes.Strict)]
    [InlineData("relatime", AccessTimes.Relative)]
    [InlineData("noatime", AccessTimes.None)]
    public async Task Mount_options_say_how_access_times_are_kept(string option, AccessTimes expected)
    {
        await using var mount = await SmallDisk.MountAsync("1m", "," + option);
        Open(mount).Usage(out var usage).ShouldBe(Errno.None);
        usage.AccessTimes.ShouldBe(expected);
    }

    [Fact]
    public async Task Reading_through_the_door_is_no_access_and_reading_otherwise_is()
    {
        await using var mount = await SmallDisk.MountAsync("1m", ",strictatime");
        File.WriteAllText(Path.Combine(mount.Path, "file"), "text");
        var before = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(Path.Combine(mount.Path, "file"), before);
        Open(mount).TryOpenFile(TempFolder.Z("file"), writable: false, out var file).ShouldBe(Errno.None);
        using (file) file.Read(new byte[4], 0, out _).ShouldBe(Errno.None);
        Open(mount).StatusOf(TempFolder.Z("file"), out var status).ShouldBe(Errno.None);
        (status.Accessed.UtcDateTime, status.Length, status.Allocated).ShouldBe((before, 4, 4096));
        _ = File.ReadAllText(Path.Combine(mount.Path, "file"));
        Open(mount).StatusOf(TempFolder.Z("file"), out status).ShouldBe(Errno.None);
        status.Accessed.UtcDateTime.ShouldBeGreaterThan(before);
    }

    [Fact]
    public void The_status_of_a_symlink_is_the_links()
    {
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.At("link"), "/etc/passwd");
        folder.Handle.StatusOf(TempFolder.Z("link"), out var status).ShouldBe(Errno.None);
        status.IsRegular.ShouldBeFalse();
        folder.Handle.StatusOf(TempFolder.Z("none"), out _).ShouldBe(Errno.ENOENT);
    }

    private DirectoryHandle Open(SmallDisk mount)
    {
        DirectoryHandle.TryOpen(mount.Path, out var handle).ShouldBe(Errno.None);
        _open.Add(handle!);
        return handle!;
    }

    private static long[] Df(string path, string columns)
    {
        var line = CProgram.Run("df", "--block-size=1", "--output=" + columns, path).Split('\n')[1];
        return [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
    }
}
