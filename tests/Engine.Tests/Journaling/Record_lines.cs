using System.Text;
using System.Text.Json;
using Towncrier.Agent;
using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

public sealed class Record_lines : IDisposable
{
    private readonly JournalBench _bench = new();

    [Fact]
    public void The_checksum_is_the_one_of_zip() => Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u);

    [Fact]
    public void Every_kind_reads_back_as_it_was_written()
    {
        JournalRecord[] records =
        [
            _bench.Accepted("a"), _bench.Applied("b", TimeSpan.FromSeconds(10)), _bench.Rejected("c"), _bench.Rejected(null),
            _bench.Cursor("redis:towncrier", "1700000000000-0"),
            new SegmentRecord(7, _bench.Clock.GetUtcNow(), 3, new Dictionary<string, string> { ["x"] = "1-0" }),
        ];
        foreach (var record in records)
        {
            var line = RecordLine.Encode(record);
            RecordLine.TryDecode(line.AsMemory(..^1), out var back).ShouldBeTrue(Encoding.UTF8.GetString(line));
            back!.GetType().ShouldBe(record.GetType());
            RecordLine.Encode(back).ShouldBe(line);
        }
    }

    [Fact]
    public void An_applied_line_can_be_read_by_eye_and_by_jq()
    {
        var line = Encoding.UTF8.GetString(RecordLine.Encode(_bench.Applied("b", TimeSpan.FromSeconds(10))));
        line.ShouldEndWith("}\n");
        line.Count(c => c == '\n').ShouldBe(1);
        line[8..].ShouldStartWith(""" {"type":"applied","id":"b","at":"2026-11-21T21:00:00.000Z","received":"2026-11-21T20:59:59.988Z",""");
        line.ShouldContain("\"message\":" + JournalBench.Message);
        using var json = JsonDocument.Parse(line[9..]);
        json.RootElement.GetProperty("fence_until").GetString().ShouldBe("2026-11-21T21:00:10.000Z");
        json.RootElement.GetProperty("lag_ms").GetDouble().ShouldBe(3.25);
    }

    [Theory]
    [InlineData("not json", "not json")]
    [InlineData("", "")]
    [InlineData("\"a string\"", "\"a string\"")]
    [InlineData("{\"a\":1} trailing", "{\"a\":1} trailing")]
    [InlineData("{\n  \"a\": \"x\\ny\\ud800\"\r\n}", "{   \"a\": \"x\\ny\\ud800\"  }")]
    [InlineData("[1,\n2]", "[1, 2]")]
    public void Any_message_fits_on_one_line(string sent, string kept)
    {
        var line = RecordLine.Encode(_bench.Accepted("a", sent));
        line.Count(b => b == '\n').ShouldBe(1);
        RecordLine.TryDecode(line.AsMemory(..^1), out var back).ShouldBeTrue();
        Encoding.UTF8.GetString(((AcceptedRecord)back!).Message.Span).ShouldBe(kept);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_kept_as_they_are()
    {
        byte[] sent = [0x7B, 0x22, 0xFF, 0xFE, 0x0A, 0x00];
        var line = RecordLine.Encode(_bench.Accepted("a") with { Message = sent });
        RecordLine.TryDecode(line.AsMemory(..^1), out var back).ShouldBeTrue();
        ((AcceptedRecord)back!).Message.ToArray().ShouldBe(sent);
    }

    [Fact]
    public void Json_that_is_too_deep_to_embed_is_kept_as_text()
    {
        var deep = new string('[', 60) + new string(']', 60);
        var line = RecordLine.Encode(_bench.Accepted("a", deep));
        RecordLine.TryDecode(line.AsMemory(..^1), out var back).ShouldBeTrue();
        Encoding.UTF8.GetString(((AcceptedRecord)back!).Message.Span).ShouldBe(deep);
    }

    [Fact]
    public void Half_characters_and_odd_numbers_do_not_stop_a_record()
    {
        var record = _bench.Applied("\ud800") with { LagMilliseconds = double.NaN };
        record = record with { Report = record.Report with { Milliseconds = double.PositiveInfinity, Values = [new("\udc00x", 0, 0, null)] } };
        RecordLine.TryDecode(RecordLine.Encode(record).AsMemory(..^1), out var back).ShouldBeTrue();
        ((AppliedRecord)back!).LagMilliseconds.ShouldBeNull();
    }

    [Fact]
    public void A_message_cannot_pretend_to_be_a_line()
    {
        var forged = Encoding.UTF8.GetString(RecordLine.Encode(_bench.Rejected("victim"))).TrimEnd();
        var line = RecordLine.Encode(_bench.Accepted("a", "x" + forged));
        line[0] ^= 1;
        RecordLine.TrySplit(line.AsSpan(..^1), out _).ShouldBeFalse();
    }

    public void Dispose() => _bench.Dispose();
}
