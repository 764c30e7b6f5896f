using System.Buffers.Binary;
using Towncrier.Host.Doctoring;

namespace Towncrier.Host.Tests.Doctoring;

public class SurveyTests
{
    private const string Hash = "b7f54b2df7773722d382f4809d65029c";

    [Fact]
    public void The_place_of_a_file_is_nginxs()
    {
        CacheSurvey.PlaceOf(Hash, [1, 2]).ShouldBe("c/29/" + Hash);
        CacheSurvey.PlaceOf(Hash, []).ShouldBe(Hash);
        CacheSurvey.PlaceOf(Hash, [2, 1, 1]).ShouldBe("9c/2/0/" + Hash);
    }

    [Fact]
    public void Everything_is_counted_as_what_it_is()
    {
        using var temp = new TempDirectory();
        Write(temp, "c/29/" + Hash, Head(5, 336, "HTTP/1.1 200 OK\r\n"));
        Write(temp, "c/00/" + Hash, Head(3, 144, "HTTP/1.1 200 OK\r\n"));
        Write(temp, Hash, Head(5, 336, "\0\0\u0010\u0001\u0004\0\0\0\u0001abcdefgh"));
        temp.Write($"c/29/{Hash}.0123456789", "");
        temp.Write("0000000042", "");
        temp.Write("temp/anything", "");
        temp.Write("README", "");
        temp.Write("c/29/B7F54B2DF7773722D382F4809D65029C", "");
        File.CreateSymbolicLink(Path.Combine(temp.Path, "link"), "/usr");

        var survey = CacheSurvey.Of(temp.Path, [1, 2]);

        survey.Files.ShouldBe(3);
        survey.Foreign.Count.ShouldBe(2, survey.Foreign.Examples);
        survey.Misplaced.Count.ShouldBe(2, survey.Misplaced.Examples);
        (survey.OtherVersion.Count, survey.Http2).ShouldBe((1, new Sample(1, Hash)));
        survey.Directories.ShouldBeInRange(5, 6);
        CacheSurvey.Of(temp.Path, null).Misplaced.Count.ShouldBe(0);
    }

    [Fact]
    public void A_pipe_with_a_cache_files_name_does_not_hold_us_up()
    {
        using var temp = new TempDirectory();
        using var make = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(temp.Path, Hash)]);
        make.WaitForExit();

        CacheSurvey.Of(temp.Path, []).Files.ShouldBe(1);
    }

    [Fact]
    public void A_directory_that_is_closed_or_gone_counts_nothing()
    {
        using var temp = new TempDirectory();
        temp.Write("in/" + Hash, "");
        File.SetUnixFileMode(temp.Path + "/in", UnixFileMode.None);
        try
        {
            CacheSurvey.Of(temp.Path + "/in", []).Files.ShouldBe(Environment.IsPrivilegedProcess ? 1 : 0);
            CacheSurvey.Of(temp.Path, []).Directories.ShouldBe(2);
            CacheSurvey.Of(temp.Path + "/gone", []).ShouldBe(CacheSurvey.None);
        }
        finally
        {
            File.SetUnixFileMode(temp.Path + "/in", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Any_bytes_are_judged()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 20_000; round++)
        {
            var head = Head(5, 336, "HTTP/1.1");
            for (var n = random.Next(8); n > 0; n--) head[random.Next(head.Length)] = (byte)random.Next(256);
            CacheFileHead.Judge(head.AsSpan(0, random.Next(head.Length + 1)));
        }
    }

    private static void Write(TempDirectory temp, string name, byte[] bytes)
    {
        temp.Write(name, "");
        File.WriteAllBytes(Path.Combine(temp.Path, name), bytes);
    }

    private static byte[] Head(byte version, int size, string body)
    {
        var key = "\nKEY: /x\n"u8;
        var head = new byte[size + key.Length + body.Length];
        head[0] = version;
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(54), (ushort)(size + key.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(56), (ushort)head.Length);
        key.CopyTo(head.AsSpan(size));
        for (var i = 0; i < body.Length; i++) head[size + key.Length + i] = (byte)body[i];
        return head;
    }
}
