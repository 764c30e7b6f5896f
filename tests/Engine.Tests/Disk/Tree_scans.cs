using System.Collections.Concurrent;
using System.Net.Sockets;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;
using Towncrier.Linux;

namespace Towncrier.Engine.Tests.Disk;

public sealed class Tree_scans
{
    private readonly ConcurrentDictionary<(EntryName Name, Levels Levels), bool> _found = [];

    [Theory]
    [InlineData("", 1)]
    [InlineData("1", 2)]
    [InlineData("1:2", 2)]
    [InlineData("2:2", 4)]
    [InlineData("1:1:1", 3)]
    [InlineData("2:1:2", 2)]
    public void Every_entry_is_found_once_at_every_depth(string levels, int threads)
    {
        using var folder = new CacheFolder(levels);
        var files = Enumerable.Range(0, 500).Select(i => CacheFolder.FileFor(i, "t")).ToArray();
        foreach (var file in files) folder.Store(file);
        var tally = Scan(folder, threads, TestContext.Current.CancellationToken);
        _found.Keys.ShouldBe(files.Select(f => (f.Name, folder.Levels)), ignoreOrder: true);
        (tally.Entries, tally.Files, tally.Temporary).ShouldBe((500, 500, 0));
        tally.Bytes.ShouldBe(files.Sum(f => (long)f.ToBytes().Length));
        tally.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_entry_is_counted_by_its_reason_and_left_as_it_is()
    {
        using var folder = new CacheFolder();
        var good = CacheFolder.FileFor(1);
        var bytes = good.ToBytes();
        folder.Store(good);
        folder.Store(good with { Vary = "Accept" }, Name(1));
        folder.Store(bytes[..345], Name(2));
        folder.Store([], Name(3));
        folder.Store(Changed(bytes, 0, 6), Name(4));
        folder.Store(Changed(bytes, 342, 0), Name(5));
        folder.Store(Changed(bytes, 54, 0), Name(6));
        folder.Store(new byte[5000], Name(7));
        folder.Store(new CacheFile { Key = new string('k', 40_000) }, Name(8));
        var directory = Directory.CreateDirectory(folder.PathOf(Name(9))).FullName;
        File.CreateSymbolicLink(Below(folder, Name(10)), folder.PathOf(good));
        Fifo(Below(folder, Name(11)));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Below(folder, Name(12))));
        File.WriteAllBytes($"{folder.Path}/{good.Name}", bytes);                       // where it would stand without levels
        File.WriteAllBytes($"{Path.GetDirectoryName(folder.PathOf(good))}/{Name(0xfff)}", bytes); // a directory its name does not belong to
        var temporary = folder.PathOf(good) + ".0000000123";
        File.WriteAllBytes(temporary, bytes);
        File.WriteAllText($"{folder.Path}/notes.txt", "mine");
        File.WriteAllText(folder.PathOf(good) + ".123", "mine");
        Directory.CreateDirectory($"{folder.Path}/temp");
        Directory.CreateDirectory($"{folder.Path}/A");
        File.CreateSymbolicLink($"{folder.Path}/f", folder.Outside);

        var tally = Scan(folder, 2, TestContext.Current.CancellationToken);

        tally.Skipped.ToDictionary(s => s.Reason, s => s.Count).ShouldBe(new Dictionary<SkipReason, long>
        {
            [SkipReason.Truncated] = 2,
            [SkipReason.UnknownVersion] = 1,
            [SkipReason.KeyCrc] = 1,
            [SkipReason.Corrupt] = 1,
            [SkipReason.NotACacheFile] = 1,
            [SkipReason.KeyTooLong] = 1,
            [SkipReason.NotAFile] = 4,
            [SkipReason.Misplaced] = 1,
            [SkipReason.Foreign] = 5,
        }, ignoreOrder: true);
        (tally.Entries, tally.Temporary, tally.Variants).ShouldBe((3, 1, 1));
        File.ReadAllBytes(temporary).ShouldBe(bytes);
        Directory.Exists(directory).ShouldBeTrue();
        File.ReadAllText($"{folder.Path}/notes.txt").ShouldBe("mine");
    }

    [Fact]
    public void A_head_longer_than_a_page_is_read_whole()
    {
        using var folder = new CacheFolder("");
        folder.Store(Golden.Of("proxy-large-head.bin").Read(), Name(1));
        folder.Store(new CacheFile { Key = "httpexample.org/large", Head = "HTTP/1.1 200 OK\r\nX: " + new string('x', 60_000) + "\r\nCache-Tag: last\r\n\r\n" }, Name(2));
        var tags = new ConcurrentDictionary<EntryName, int>();
        new TreeScan(folder.Root, TagHeaders.Default, batch =>
        {
            foreach (var facts in batch)
            {
                var count = 0;
                foreach (var tag in new TagList(facts.Tags)) count += tag.IsEmpty ? 0 : 1;
                tags[facts.Name] = count;
            }
        }).Run(1, CancellationToken.None);
        tags[Name(1)].ShouldBe(Golden.Of("proxy-large-head.bin").Tags.Length);
        tags[Name(2)].ShouldBe(1);
    }

    [Fact]
    public void A_missing_root_is_an_error_that_names_it()
    {
        using var folder = new CacheFolder();
        Directory.Delete(folder.Path);
        var e = Should.Throw<LinuxException>(() => Scan(folder, 2, TestContext.Current.CancellationToken));
        (e.Errno, e.Path).ShouldBe((Errno.ENOENT, folder.Path));
    }

    [Fact]
    public void A_stop_is_heeded_and_a_failure_in_any_thread_reaches_the_caller()
    {
        using var folder = new CacheFolder();
        for (var i = 0; i < 300; i++) folder.Store(CacheFolder.FileFor(i));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Should.Throw<OperationCanceledException>(() => Scan(folder, 2, stop.Token));
        var scan = new TreeScan(folder.Root, TagHeaders.Default, _ => throw new InvalidOperationException("full"));
        Should.Throw<InvalidOperationException>(() => scan.Run(4, CancellationToken.None)).Message.ShouldBe("full");
    }

    private ScanTally Scan(CacheFolder folder, int threads, CancellationToken stop)
        => new TreeScan(folder.Root, TagHeaders.Default, batch =>
        {
            foreach (var facts in batch) _found.TryAdd((facts.Name, facts.Levels), true).ShouldBeTrue();
        }).Run(threads, stop);

    private static EntryName Name(int number) => new((UInt128)(uint)number << 64);

    private static string Below(CacheFolder folder, EntryName name)
    {
        var path = folder.PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        var changed = bytes.ToArray();
        changed[at] = value;
        return changed;
    }

    private static void Fifo(string path)
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", path);
        made.WaitForExit();
        made.ExitCode.ShouldBe(0);
    }
}
