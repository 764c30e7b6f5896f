using System.Reflection;
using System.Runtime.InteropServices;

namespace Towncrier.Linux.Tests;

/// <summary>Every number that was copied from a C header is what the C compiler of this machine says.</summary>
public sealed class Constants
{
    private static readonly string[] NotConstants = ["Arm"];

    [Fact]
    public void Constants_of_LibC_are_the_compilers()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "gcc is not installed");
        var flags = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
        var ours = typeof(LibC).GetFields(flags).Where(f => f.IsLiteral).Select(f => (f.Name, Value: Number(f.GetRawConstantValue()!)))
            .Concat(typeof(LibC).GetProperties(flags).Where(p => !NotConstants.Contains(p.Name)).Select(p => (p.Name, Value: Number(p.GetValue(null)!))))
            .Append(("FIONREAD", (long)LibC.FIONREAD)).DistinctBy(c => c.Item1).ToArray();
        ours.Length.ShouldBeGreaterThanOrEqualTo(17);
        Compare(ours);
    }

    [Fact]
    public void Inotify_bits_are_the_compilers()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "gcc is not installed");
        var names = new Dictionary<InotifyMask, string>
        {
            [InotifyMask.Access] = "IN_ACCESS",
            [InotifyMask.CloseWrite] = "IN_CLOSE_WRITE",
            [InotifyMask.Open] = "IN_OPEN",
            [InotifyMask.MovedFrom] = "IN_MOVED_FROM",
            [InotifyMask.MovedTo] = "IN_MOVED_TO",
            [InotifyMask.Create] = "IN_CREATE",
            [InotifyMask.Delete] = "IN_DELETE",
            [InotifyMask.DeleteSelf] = "IN_DELETE_SELF",
            [InotifyMask.MoveSelf] = "IN_MOVE_SELF",
            [InotifyMask.Unmount] = "IN_UNMOUNT",
            [InotifyMask.Overflow] = "IN_Q_OVERFLOW",
            [InotifyMask.Ignored] = "IN_IGNORED",
            [InotifyMask.OnlyDirectory] = "IN_ONLYDIR",
            [InotifyMask.DontFollow] = "IN_DONT_FOLLOW",
            [InotifyMask.IsDirectory] = "IN_ISDIR",
        };
        names.Keys.ShouldBe(Enum.GetValues<InotifyMask>().Where(m => m != InotifyMask.None), ignoreOrder: true);
        Compare(names.Select(n => (n.Value, (long)(uint)n.Key)));
    }

    [Fact]
    public void Error_numbers_are_the_compilers()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "gcc is not installed");
        Compare(Enum.GetValues<Errno>().Where(e => e != Errno.None).Select(e => (e.ToString(), (long)e)));
    }

    [Fact]
    public void Entry_types_are_the_compilers()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "gcc is not installed");
        Compare([
            ("DT_UNKNOWN", (long)EntryType.Unknown), ("DT_DIR", (long)EntryType.Directory),
            ("DT_REG", (long)EntryType.Regular), ("DT_LNK", (long)EntryType.Symlink)]);
    }

    [Fact]
    public void Struct_offsets_are_the_compilers()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "gcc is not installed");
        // FileStatus, InotifyEvent and DirectoryListing read at these offsets.
        Compare([
            ("sizeof(struct statx)", FileStatus.BufferSize),
            ("offsetof(struct statx, stx_nlink)", 16), ("offsetof(struct statx, stx_uid)", 20), ("offsetof(struct statx, stx_mode)", 28),
            ("offsetof(struct statx, stx_ino)", 32), ("offsetof(struct statx, stx_size)", 40), ("offsetof(struct statx, stx_blocks)", 48),
            ("offsetof(struct statx, stx_atime)", 64), ("offsetof(struct statx, stx_btime)", 80), ("offsetof(struct statx, stx_mtime)", 112),
            ("offsetof(struct statx_timestamp, tv_nsec)", 8), ("sizeof(struct statvfs)", FileSystemUsage.BufferSize),
            ("offsetof(struct statvfs, f_frsize)", 8), ("offsetof(struct statvfs, f_blocks)", 16), ("offsetof(struct statvfs, f_bfree)", 24),
            ("offsetof(struct statvfs, f_bavail)", 32), ("offsetof(struct statvfs, f_files)", 40), ("offsetof(struct statvfs, f_ffree)", 48),
            ("offsetof(struct statvfs, f_favail)", 56), ("offsetof(struct statvfs, f_flag)", 72), ("sizeof(fsblkcnt_t)", 8), ("sizeof(fsfilcnt_t)", 8),
            ("offsetof(struct statx, stx_dev_major)", 136), ("offsetof(struct statx, stx_dev_minor)", 140),
            ("sizeof(struct inotify_event)", 16), ("offsetof(struct inotify_event, wd)", 0),
            ("offsetof(struct inotify_event, mask)", 4), ("offsetof(struct inotify_event, len)", 12), ("offsetof(struct inotify_event, name)", 16),
            ("offsetof(struct dirent64, d_reclen)", 16), ("offsetof(struct dirent64, d_type)", 18), ("offsetof(struct dirent64, d_name)", 19),
            ("sizeof(struct pollfd)", Marshal.SizeOf<LibC.PollFd>()),
            ("offsetof(struct pollfd, fd)", (long)Marshal.OffsetOf<LibC.PollFd>("Fd")),
            ("offsetof(struct pollfd, events)", (long)Marshal.OffsetOf<LibC.PollFd>("Events")),
            ("offsetof(struct pollfd, revents)", (long)Marshal.OffsetOf<LibC.PollFd>("Revents")),
            ("sizeof(nfds_t)", nint.Size), ("sizeof(off_t)", 8)]);
    }

    private static void Compare(IEnumerable<(string Name, long Value)> ours)
    {
        var list = ours.ToList();
        var theirs = CProgram.Evaluate([.. list.Select(c => c.Name)]);
        list.Zip(theirs).Where(pair => pair.First.Value != pair.Second)
            .Select(pair => $"{pair.First.Name} is {pair.Second}, not {pair.First.Value}").ShouldBeEmpty();
        theirs.Length.ShouldBe(list.Count);
    }

    private static long Number(object value) => value is nuint big ? (long)big : Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
}
