using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class ReceiptTests
{
    private static readonly Receipt Good = new()
    {
        Id = "cms-1",
        Host = "edge-7",
        State = InvalidationState.Failed,
        Matched = 3,
        Purged = 2,
        Milliseconds = 0.412,
        At = new DateTimeOffset(2026, 11, 21, 21, 0, 0, 123, TimeSpan.Zero),
        Error = "1 file could not be purged: <denied>",
    };

    [Fact]
    public void It_is_readable_by_eye() => Text(Good).ShouldBe(
        """{"id":"cms-1","host":"edge-7","state":"failed","matched":3,"purged":2,"milliseconds":0.412,"at":"2026-11-21T21:00:00.123+00:00","error":"1 file could not be purged: <denied>"}""");

    [Theory]
    [InlineData(InvalidationState.Applied, "applied")]
    [InlineData(InvalidationState.Failed, "failed")]
    [InlineData(InvalidationState.Pending, "pending")]
    [InlineData(InvalidationState.Skipped, "skipped")]
    public void Encoded_and_decoded_is_the_same(InvalidationState state, string name)
    {
        var receipt = Good with { State = state, Error = null };
        Text(receipt).ShouldContain($"\"state\":\"{name}\"");
        Text(receipt).ShouldNotContain("error");
        Decoded(Text(receipt)).ShouldBe(receipt);
        Decoded(Text(Good)).ShouldBe(Good);
    }

    [Fact]
    public void Whatever_is_encoded_can_be_decoded()
    {
        Decoded(Text(Good with { Error = new string('\u0001', 100_000) }))!.Error!.Length.ShouldBe(4_000);
        Decoded(Text(Good with { Error = new string('x', 3_999) + "😀" }))!.Error!.ShouldEndWith("x\ufffd");
        Decoded(Text(Good with { Milliseconds = double.NaN }))!.Milliseconds.ShouldBe(0);
    }

    [Fact]
    public void Names_match_without_case_and_unknown_members_are_passed_over() =>
        Decoded("""{"ID":"a","Host":"h","state":"applied","At":"2026-11-21T21:00:00Z","receipt":1,"x":{"y":[]},"error":null}""")
            .ShouldBe(new Receipt { Id = "a", Host = "h", State = InvalidationState.Applied, At = new DateTimeOffset(2026, 11, 21, 21, 0, 0, TimeSpan.Zero) });

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"command":"all","id":"a","host":"h"}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied"}""")]
    [InlineData("""{"id":"a","host":"h","state":"Applied","at":"2026-11-21T21:00:00Z"}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00"}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":1}""")]
    [InlineData("""{"id":"","host":"h","state":"applied","at":"2026-11-21T21:00:00Z"}""")]
    [InlineData("""{"id":"a","host":"","state":"applied","at":"2026-11-21T21:00:00Z"}""")]
    [InlineData("""{"id":"a\n","host":"h","state":"applied","at":"2026-11-21T21:00:00Z"}""")]
    [InlineData("""{"id":7,"host":"h","state":"applied","at":"2026-11-21T21:00:00Z"}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z","matched":-1}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z","purged":1.5}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z","milliseconds":"1"}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z","milliseconds":1e999}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z","error":{}}""")]
    [InlineData("""{"id":"a","host":"h","state":"applied","at":"2026-11-21T21:00:00Z"}x""")]
    public void Anything_else_is_none(string body) => Decoded(body).ShouldBeNull();

    [Fact]
    public void No_more_than_64_KiB()
    {
        Decoded(Text(Good).PadRight(64 * 1024)).ShouldBe(Good);
        Decoded(Text(Good).PadRight(64 * 1024 + 1)).ShouldBeNull();
    }

    private static string Text(Receipt receipt) => Encoding.UTF8.GetString(ReceiptJson.Encode(receipt));

    private static Receipt? Decoded(string body) => ReceiptJson.TryDecode(Encoding.UTF8.GetBytes(body), out var receipt) ? receipt : null;
}
