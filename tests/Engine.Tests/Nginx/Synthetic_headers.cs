using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Synthetic_headers
{
    public static TheoryData<int> Shapes => [.. Enumerable.Range(0, CacheFileShape.All.Length)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_layout_is_read(int shape)
    {
        var file = new CacheFile { Key = "httpwww.example.org/a", Shape = CacheFileShape.All[shape], Vary = "Accept", Valid = 1234567, LastModified = 77, Date = 99, Updating = 5, Error = 6 };
        CacheHead.Parse(file.ToBytes(), whole: true, out var head, out _).ShouldBe(HeadProblem.None);
        (head.Layout.Version, head.Layout.Size).ShouldBe((file.Shape.Version, file.Shape.Size));
        Encoding.UTF8.GetString(head.Key).ShouldBe(file.Key);
        (head.Valid, head.LastModified, head.Date).ShouldBe((1234567, 77, 99));
        (head.Updating, head.Error).ShouldBe(file.Shape.Version == 5 ? (5, 6) : (0, 0));
        Encoding.UTF8.GetString(head.Vary).ShouldBe(file.Shape.VaryAt > 0 ? "Accept" : "");
        Encoding.UTF8.GetString(head.Response).ShouldBe(file.Head);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_soft_purge_writes_the_times_and_nothing_else(int shape)
    {
        const long now = 1_800_000_000;
        var file = new CacheFile { Key = "k/a", Shape = CacheFileShape.All[shape], Updating = 0, Error = 30, LastModified = -1 };
        var bytes = file.ToBytes();
        CacheHead.Parse(bytes, whole: true, out var head, out _);
        var write = Expiry.Soft(head, now, new SoftExpiry(60), new byte[Expiry.MaxLength], out var valid);
        valid.ShouldBe(now - 2);
        write.Offset.ShouldBe(file.Shape.Version == 0 ? 0 : file.Shape.Word);
        Apply(bytes, write).ShouldBe((file with { Valid = now - 2, Updating = 60, LastModified = 0 }).ToBytes());
        if (file.Shape.Version == 5) write.Bytes.Length.ShouldBe(4 * file.Shape.Word);
    }

    [Fact]
    public void A_soft_purge_keeps_a_window_that_is_there_and_never_makes_an_entry_fresher()
    {
        const long now = 1_800_000_000;
        var file = new CacheFile { Key = "k/a", Updating = 10, Error = 30, LastModified = 1234, Valid = 1000 };
        var bytes = file.ToBytes();
        CacheHead.Parse(bytes, whole: true, out var head, out _);
        var write = Expiry.Soft(head, now, new SoftExpiry(60, 300), new byte[Expiry.MaxLength], out var valid);
        (valid, write.Offset, write.Bytes.Length).ShouldBe((1000, 8, 32));
        Apply(bytes, write).ShouldBe((file with { Error = 300, LastModified = -1 }).ToBytes());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_hard_purge_makes_the_header_worthless(int shape)
    {
        var file = new CacheFile { Key = "k/a", Shape = CacheFileShape.All[shape], Updating = 7, Error = 30, LastModified = 5 };
        var bytes = file.ToBytes();
        CacheHead.Parse(bytes, whole: true, out var head, out _);
        var write = Expiry.Hard(head, new byte[Expiry.MaxLength]);
        write.Offset.ShouldBe(0);
        var expected = (file with { Valid = 1, Updating = 0, Error = 0, LastModified = -1 }).ToBytes();
        if (file.Shape.Version != 0) expected.AsSpan(0, file.Shape.Word).Clear();
        Apply(bytes, write).ShouldBe(expected);
        if (file.Shape.Version != 0) CacheHead.Parse(bytes, whole: true, out _, out _).ShouldNotBe(HeadProblem.None);
    }

    [Fact]
    public void Contradictions_are_named()
    {
        var good = new CacheFile { Key = "k/a" }.ToBytes();
        Problem(good, b => b[0] = 6).ShouldBe(HeadProblem.UnknownVersion);
        Problem(good, b => b[0] = 200).ShouldBe(HeadProblem.NotACacheFile);
        Problem(good, b => b[336] = 0).ShouldBe(HeadProblem.NotACacheFile);
        Problem(good, b => b[342] ^= 1).ShouldBe(HeadProblem.KeyCrc);
        Problem(good, b => b[48] ^= 1).ShouldBe(HeadProblem.KeyCrc);
        Problem(good, b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(54), 342)).ShouldBe(HeadProblem.Corrupt);
        Problem(good, b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(54), 344)).ShouldBe(HeadProblem.Corrupt);
        Problem(good, b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(56), 300)).ShouldBe(HeadProblem.Corrupt);
        Problem(good, b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(56), 60_000)).ShouldBe(HeadProblem.Truncated);
        Problem(good, b => b[187] = 255).ShouldBe(HeadProblem.None); // a length beyond its field: the header is taken as without one
        Problem(new CacheFile { Key = new string('k', CacheHead.MaxKey) }.ToBytes(), _ => { }).ShouldBe(HeadProblem.None);
        Problem(new CacheFile { Key = new string('k', CacheHead.MaxKey + 1) }.ToBytes(), _ => { }).ShouldBe(HeadProblem.KeyTooLong);
        Problem([], _ => { }).ShouldBe(HeadProblem.Truncated);
    }

    private static HeadProblem Problem(byte[] good, Action<byte[]> spoil)
    {
        var bytes = good.ToArray();
        spoil(bytes);
        return CacheHead.Parse(bytes, whole: true, out _, out _);
    }

    private static byte[] Apply(byte[] bytes, HeaderWrite write)
    {
        write.Bytes.CopyTo(bytes.AsSpan(write.Offset));
        return bytes;
    }
}
