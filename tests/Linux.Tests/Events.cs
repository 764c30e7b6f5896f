using System.Text;

namespace Towncrier.Linux.Tests;

public sealed class Events
{
    private const InotifyMask Wanted = InotifyMask.MovedTo | InotifyMask.CloseWrite | InotifyMask.Delete | InotifyMask.Create | InotifyMask.DeleteSelf;

    [Fact]
    public void Events_arrive_with_their_watch_and_name_in_order()
    {
        using var folder = new TempFolder();
        using var inotify = Inotify.Open();
        inotify.TryWatch(folder.Path, Wanted, out var watch).ShouldBe(Errno.None);
        inotify.Queued.ShouldBe(0);
        inotify.Read(new byte[4096]).ShouldBe(0);
        folder.Write("first", "x");
        File.Move(folder.At("first"), folder.At("second"));
        File.Delete(folder.At("second"));
        Directory.CreateDirectory(folder.At("dir"));
        inotify.Wait(60_000);
        inotify.Queued.ShouldBePositive();
        Take(inotify).Select(e => (e.Watch == watch, e.Mask, e.Name)).ShouldBe([
            (true, InotifyMask.Create, "first"), (true, InotifyMask.CloseWrite, "first"), (true, InotifyMask.MovedTo, "second"),
            (true, InotifyMask.Delete, "second"), (true, InotifyMask.Create | InotifyMask.IsDirectory, "dir")]);
        inotify.Queued.ShouldBe(0);
    }

    [Fact]
    public void A_removed_directory_says_so_and_a_missing_one_is_refused()
    {
        using var folder = new TempFolder();
        using var inotify = Inotify.Open();
        Directory.CreateDirectory(folder.At("dir"));
        inotify.TryWatch(folder.At("dir"), Wanted | InotifyMask.OnlyDirectory, out var watch).ShouldBe(Errno.None);
        inotify.TryWatch(folder.At("dir"), Wanted, out var again).ShouldBe(Errno.None);
        again.ShouldBe(watch);
        Directory.Delete(folder.At("dir"));
        Take(inotify).Select(e => (e.Watch, e.Mask)).ShouldBe([(watch, InotifyMask.DeleteSelf), (watch, InotifyMask.Ignored)]);
        inotify.TryWatch(folder.At("dir"), Wanted, out _).ShouldBe(Errno.ENOENT);
        File.CreateSymbolicLink(folder.At("link"), folder.Path);
        inotify.TryWatch(folder.At("link"), Wanted | InotifyMask.OnlyDirectory | InotifyMask.DontFollow, out _).ShouldBeOneOf(Errno.ENOTDIR, Errno.ELOOP);
    }

    [Fact]
    public async Task Wake_ends_a_wait_also_one_that_has_not_begun()
    {
        using var inotify = Inotify.Open();
        inotify.Wake();
        inotify.Wake();
        await Task.Run(() => inotify.Wait(-1), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var waiting = Task.Run(() => inotify.Wait(-1), TestContext.Current.CancellationToken);
        inotify.Wake();
        await waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        inotify.Wait(0); // and both are used up: this one returns by its time
    }

    [Fact]
    public void A_buffer_that_is_too_small_for_an_event_is_an_error_and_loses_nothing()
    {
        using var folder = new TempFolder();
        using var inotify = Inotify.Open();
        inotify.TryWatch(folder.Path, Wanted, out _).ShouldBe(Errno.None);
        folder.Write("file", "");
        Should.Throw<LinuxException>(() => inotify.Read(new byte[8])).Errno.ShouldBe(Errno.EINVAL);
        Take(inotify).Count.ShouldBe(2);
    }

    private static List<(int Watch, InotifyMask Mask, string Name)> Take(Inotify inotify)
    {
        var events = new List<(int, InotifyMask, string)>();
        var buffer = new byte[64 * 1024];
        for (int read; (read = inotify.Read(buffer)) > 0;)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, read);
            while (InotifyEvent.TryTake(ref rest, out var one)) events.Add((one.Watch, one.Mask, Encoding.UTF8.GetString(one.Name)));
        }

        return events;
    }
}
