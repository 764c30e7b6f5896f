using System.Text;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Golden_files
{
    public static TheoryData<string> Files => [.. Golden.All.Select(g => g.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_is_read_as_nginx_wrote_it(string file)
    {
        var golden = Golden.Of(file);
        var bytes = golden.Read();
        bytes.Length.ShouldBe(golden.Bytes);
        CacheHead.Parse(bytes, whole: true, out var head, out _).ShouldBe(HeadProblem.None);
        head.Layout.ShouldBeSameAs(HeaderLayout.V5);
        Encoding.UTF8.GetString(head.Key).ShouldBe(golden.Key);
        head.BodyStart.ShouldBe(golden.BodyStart);
        Encoding.UTF8.GetString(head.Vary).ShouldBe(golden.Vary);
        Encoding.UTF8.GetString(head.ETag).ShouldBe(golden.ETag);
        if (golden.Variant.Length > 0) Convert.ToHexStringLower(head.Variant).ShouldBe(golden.Variant);
        head.Valid.ShouldBeGreaterThan(head.Date);
        head.KeyCrc.ShouldBe(Zlib.Crc32(head.Key));
        var response = ResponseHead.Parse(head.Response, new byte[head.Response.Length]);
        response.Status.ShouldBe(golden.Status);
        response.Readable.ShouldBeTrue();
        response.Form.ShouldBe(golden.Kind switch { "fastcgi" => HeadForm.FastCgi, "proxy" => HeadForm.Http, _ when file.Contains("raw", StringComparison.Ordinal) => HeadForm.Http, _ => HeadForm.Cgi });
        var buffer = new byte[3 * head.Response.Length];
        Tags(buffer.AsSpan(0, TagHeaders.Default.Collect(response, buffer))).ShouldBe(golden.Tags);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_cut_is_told_as_such(string file)
    {
        var golden = Golden.Of(file);
        var bytes = golden.Read();
        for (var length = 0; length < bytes.Length; length++)
        {
            var whole = CacheHead.Parse(bytes.AsSpan(0, length), whole: true, out _, out _);
            whole.ShouldBe(length < golden.BodyStart ? HeadProblem.Truncated : HeadProblem.None, $"{length} bytes");
            var part = CacheHead.Parse(bytes.AsSpan(0, length), whole: false, out _, out var needed);
            part.ShouldBe(length < golden.BodyStart ? HeadProblem.NeedsMore : HeadProblem.None, $"{length} bytes");
            if (part == HeadProblem.NeedsMore) needed.ShouldBe(length < HeaderLayout.MostSniffed ? HeaderLayout.MostSniffed : golden.BodyStart);
        }
    }

    [Fact]
    public void A_name_is_the_md5_of_the_key_and_of_the_variant_for_the_others()
    {
        foreach (var golden in Golden.All)
        {
            var name = EntryName.OfKey(Encoding.UTF8.GetBytes(golden.Key)).ToString();
            if (golden.Variant == golden.Name) name.ShouldNotBe(golden.Name);
            else name.ShouldBe(golden.Name);
        }
    }

    [Fact]
    public void An_age_is_taken_off_the_origins_date()
    {
        var bytes = Golden.Of("proxy-age.bin").Read();
        CacheHead.Parse(bytes, whole: true, out var head, out _);
        var made = OriginTime.MadeAt(head, ResponseHead.Parse(head.Response, default));
        made.ShouldBe(new DateTimeOffset(1994, 11, 6, 8, 49, 37, TimeSpan.Zero).ToUnixTimeSeconds() - 120);
        CacheHead.Parse(Golden.Of("proxy-plain.bin").Read(), whole: true, out head, out _);
        OriginTime.MadeAt(head, ResponseHead.Parse(head.Response, default)).ShouldBe(head.Date);
    }

    internal static string[] Tags(ReadOnlySpan<byte> encoded)
    {
        var tags = new List<string>();
        foreach (var tag in new TagList(encoded)) tags.Add(Encoding.UTF8.GetString(tag));
        return [.. tags];
    }
}
