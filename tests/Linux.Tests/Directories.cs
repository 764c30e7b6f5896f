using System.Text;

namespace Towncrier.Linux.Tests;

public sealed class Directories
{
    [Fact]
    public void A_listing_names_everything_once_whatever_the_buffer_holds()
    {
        using var folder = new TempFolder();
        var names = Enumerable.Range(0, 3000).Select(i => $"file-{i:d5}-{new string('x', i % 100)}").ToArray();
        foreach (var name in names) folder.Write(name, "");
        Directory.CreateDirectory(folder.At("dir"));
        File.CreateSymbolicLink(folder.At("link"), "/etc/passwd");
        foreach (var size in (int[])[512, 4096, 64 * 1024])
        {
            DirectoryHandle.TryOpen(folder.Path, out var again).ShouldBe(Errno.None);
            using var handle = again!;
            var seen = new Dictionary<string, EntryType>();
            var listing = new DirectoryListing(handle, new byte[size]);
            while (listing.MoveNext()) seen.Add(Encoding.UTF8.GetString(listing.NameZ[..^1]), listing.Type);
            listing.Error.ShouldBe(Errno.None);
            seen.Keys.ShouldBe([.. names, "dir", "link"], ignoreOrder: true);
            seen["dir"].ShouldBe(EntryType.Directory);
            seen["link"].ShouldBe(EntryType.Symlink);
            seen[names[0]].ShouldBe(EntryType.Regular);
        }
    }

    [Fact]
    public void A_listing_that_ends_early_says_why()
    {
        using var folder = new TempFolder();
        folder.Write("a", "");
        var tooSmall = new DirectoryListing(folder.Handle, new byte[8]);
        tooSmall.MoveNext().ShouldBeFalse();
        tooSmall.Error.ShouldBe(Errno.EINVAL);
    }

    [Fact]
    public void Symlinks_are_refused_as_files_and_as_directories()
    {
        using var folder = new TempFolder();
        folder.Write("real", "text");
        Directory.CreateDirectory(folder.At("dir"));
        File.CreateSymbolicLink(folder.At("to-file"), folder.At("real"));
        Directory.CreateSymbolicLink(folder.At("to-dir"), folder.At("dir"));
        folder.Handle.TryOpenFile(TempFolder.Z("to-file"), writable: false, out _).ShouldBe(Errno.ELOOP);
        folder.Handle.TryOpenFile(TempFolder.Z("to-file"), writable: true, out _).ShouldBe(Errno.ELOOP);
        folder.Handle.TryOpenDirectory(TempFolder.Z("to-dir"), out var none).ShouldBeOneOf(Errno.ELOOP, Errno.ENOTDIR);
        none.ShouldBeNull();
        folder.Handle.TryOpenDirectory(TempFolder.Z("dir"), out var directory).ShouldBe(Errno.None);
        directory!.Dispose();
    }

    [Fact]
    public async Task A_fifo_named_like_a_file_does_not_hold_us_up()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "mkfifo is not installed");
        using var folder = new TempFolder();
        _ = CProgram.Run("/usr/bin/mkfifo", folder.At("fifo"));
        var opened = Task.Run(() =>
        {
            folder.Handle.TryOpenFile(TempFolder.Z("fifo"), writable: false, out var file).ShouldBe(Errno.None);
            using (file) return file.Read(new byte[10], 0, out _);
        });
        (await opened.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe(Errno.ESPIPE);
    }

    [Fact]
    public void Status_tells_kind_size_owner_and_links()
    {
        using var folder = new TempFolder();
        folder.Write("file", "12345");
        File.SetUnixFileMode(folder.At("file"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        folder.Handle.TryOpenFile(TempFolder.Z("file"), writable: true, out var file).ShouldBe(Errno.None);
        using (file)
        {
            file.Status(out var status).ShouldBe(Errno.None);
            (status.IsRegular, status.IsDirectory, status.Length, status.Permissions, status.Links).ShouldBe((true, false, 5, 0x180, 1u));
            status.Owner.ShouldBe(Account.EffectiveUser);
            folder.Handle.Status(out var directory).ShouldBe(Errno.None);
            (directory.IsRegular, directory.IsDirectory, directory.Device).ShouldBe((false, true, status.Device));
            directory.Inode.ShouldNotBe(status.Inode);
            folder.Handle.Unlink(TempFolder.Z("file")).ShouldBe(Errno.None);
            file.Status(out status).ShouldBe(Errno.None);
            status.Links.ShouldBe(0u);
        }
    }

    [Fact]
    public void Reads_and_writes_stand_where_they_are_told_to()
    {
        using var folder = new TempFolder();
        folder.Write("file", "0123456789");
        folder.Handle.TryOpenFile(TempFolder.Z("file"), writable: true, out var file).ShouldBe(Errno.None);
        using (file)
        {
            file.Write("ab"u8, 3).ShouldBe(Errno.None);
            var buffer = new byte[20];
            file.Read(buffer, 2, out var read).ShouldBe(Errno.None);
            Encoding.ASCII.GetString(buffer, 0, read).ShouldBe("2ab56789");
        }

        folder.Handle.TryOpenFile(TempFolder.Z("nothing"), writable: false, out _).ShouldBe(Errno.ENOENT);
        folder.Handle.Unlink(TempFolder.Z("nothing")).ShouldBe(Errno.ENOENT);
        folder.Handle.MakeDirectory(TempFolder.Z("new"), 0x1c0).ShouldBe(Errno.None);
        folder.Handle.MakeDirectory(TempFolder.Z("new"), 0x1c0).ShouldBe(Errno.EEXIST);
        File.GetUnixFileMode(folder.At("new")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
