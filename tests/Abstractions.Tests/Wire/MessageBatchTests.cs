using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class MessageBatchTests
{
    [Theory]
    [InlineData("""{"command":"all"}""")]
    [InlineData("\r\n\t {\"command\":")]
    [InlineData("{")]
    public void An_object_is_itself_and_not_judged_here(string body) => Split(body).ShouldBe([body]);

    [Fact]
    public void An_array_is_cut_into_its_elements_byte_for_byte() =>
        Split(""" [ {"a": [1, {"b":"]"}]} ,7,"x,y" , null, [[]], -1.5e3,{} ] """)
            .ShouldBe(["""{"a": [1, {"b":"]"}]}""", "7", "\"x,y\"", "null", "[[]]", "-1.5e3", "{}"]);

    [Fact]
    public void One_element_too_deep_does_not_cost_its_neighbours()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Split($"[{{}},{deep},{{}}]").ShouldBe(["{}", deep, "{}"]);
    }

    [Theory]
    [InlineData("", "neither")]
    [InlineData("  ", "neither")]
    [InlineData("7", "neither")]
    [InlineData("\"{}\"", "neither")]
    [InlineData("[]", "empty")]
    [InlineData("[{}", "not JSON")]
    [InlineData("[{},]", "not JSON")]
    [InlineData("[{} {}]", "not JSON")]
    [InlineData("[{}]]", "not JSON")]
    [InlineData("[{]", "not JSON")]
    public void Refused(string body, string words)
    {
        MessageBatch.TrySplit(Encoding.UTF8.GetBytes(body), WireLimits.Default, out var messages, out var refusal).ShouldBeFalse();
        messages.ShouldBeEmpty();
        refusal.Reason.ShouldBe(RefusalReason.Malformed);
        refusal.Message.ShouldContain(words);
    }

    [Fact]
    public void A_thousand_and_no_more()
    {
        Split($"[{string.Join(',', Enumerable.Repeat("{}", 1000))}]").Length.ShouldBe(1000);
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", 1001))}]");
        MessageBatch.TrySplit(body, WireLimits.Default, out _, out var refusal).ShouldBeFalse();
        refusal.ShouldBe(new Refusal(RefusalReason.Oversized, "the array has more than 1000 messages"));
    }

    private static string[] Split(string body)
    {
        MessageBatch.TrySplit(Encoding.UTF8.GetBytes(body), WireLimits.Default, out var messages, out var refusal)
            .ShouldBeTrue(refusal.Message);
        return [.. messages.Select(message => Encoding.UTF8.GetString(message.Span))];
    }
}
