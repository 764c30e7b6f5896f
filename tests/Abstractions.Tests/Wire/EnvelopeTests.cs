using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class EnvelopeTests
{
    private const string Message = """{"command":"all"}""";

    private static readonly Dictionary<string, string> NoHeaders = [];

    [Theory]
    [InlineData("""{"command":"all"}""")]
    [InlineData(" \r\n{\"data\":{},\"COMMAND\":\"all\"} ")]
    [InlineData("""{"specversion":"1.0","data":{"command":"purge"},"command":"all"}""")]
    [InlineData("""{"command":""")]
    [InlineData("""{"command":null}""")]
    public void What_has_a_command_is_itself_and_not_judged_here(string body)
    {
        var opened = Open(body).ShouldHaveSingleItem();
        Text(opened).ShouldBe(body);
        opened.Id.ShouldBeNull();
        opened.Issued.ShouldBeNull();
    }

    [Fact]
    public void A_plain_message_costs_next_to_nothing()
    {
        var body = Encoding.UTF8.GetBytes("""{"host":"www.example.org","value":["/news/"],"command":"purge"}""");
        EnvelopeChain.TryOpen(body, NoHeaders, WireLimits.Default, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) EnvelopeChain.TryOpen(body, NoHeaders, WireLimits.Default, out _, out _);
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 1000).ShouldBeLessThan(150); // The list and its one record.
    }

    [Fact]
    public void Objects_within_are_slices_of_the_body()
    {
        var body = Encoding.UTF8.GetBytes($$"""[{"detail-type":"t","detail":{{Message}}},{"messageId":"m","message":{{Message}}}]""");
        EnvelopeChain.TryOpen(body, NoHeaders, WireLimits.Default, out var opened, out var refusal).ShouldBeTrue(refusal.Message);
        opened!.Count.ShouldBe(2);
        foreach (var one in opened) MemoryMarshal.TryGetArray(one.Body, out var slice).ShouldBe(slice.Array == body);
    }

    [Fact]
    public void A_bad_element_does_not_cost_its_neighbours()
    {
        var opened = Open($$"""[{{Message}},{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"a"},7,[{{Message}}],{"specversion":"1.0","data":"x"},{{Message}}]""");
        opened.Select(message => message.Problem?.Message).ShouldBe(
            [null, "it is an SNS SubscriptionConfirmation, not a message: whoever set the subscription up has to answer it",
                "it is neither a JSON object nor an array of them", "it is an array within an array",
                "in the CloudEvent: not JSON: 'x' is an invalid start of a value. LineNumber: 0 | BytePositionInLine: 0.", null]);
        foreach (var bad in opened.Where(message => message.Problem is not null))
            InvalidationJson.TryDecode(bad.Body.Span, WireLimits.Default, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Ids_of_several_messages_are_distinct_and_the_same_again()
    {
        var body = Sns($"[{Message},{Message},{Message}]");
        Open(body).Select(message => message.Id).ShouldBe(["m-1-0", "m-1-1", "m-1-2"]);
        Open(body).ShouldBe(Open(body), new SameMarks());
        Open(Sns($"[{Message}]")).ShouldHaveSingleItem().Id.ShouldBe("m-1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\\nb")]
    [InlineData("\\ud800")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public void An_id_no_message_could_have_is_left_out(string id) =>
        Open($$"""{"specversion":"1.0","id":"{{id}}","time":"tomorrow","data":{{Message}}}""").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => one.Id.ShouldBeNull(), one => one.Issued.ShouldBeNull());

    [Theory]
    [InlineData("""{"specversion":null,"Type":null,"MessageId":"m","detail-type":"t","detail":{"command":"all"}}""")]
    [InlineData("""{"type":"x","messageId":"m","messageType":["urn:message:A:B"],"message":{"command":"all"}}""")]
    [InlineData("""{"specversion":"1.0","data":null,"data_base64":"eyJjb21tYW5kIjoiYWxsIn0="}""")]
    [InlineData("""{"data":{"command":"key"},"specversion":"1.0","data":{"command":"all"}}""")]
    public void Nulls_count_as_left_out_and_of_two_the_last(string body) => Text(Open(body).ShouldHaveSingleItem()).ShouldBe(Message);

    [Theory]
    [InlineData("{\"specversion\":\"1.0\",\"data\":{\"command\":\"all\"}}x", "not JSON")]
    [InlineData("{\"specversion\":\"1.0\",\"data\":{\"command\":\"all\"}", "not JSON")]
    [InlineData("{\"specversion\":\"1.0\",\"x\":\"\u00fc\",\"data\":{\"command\":\"all\"}}", "not UTF-8")]
    public void An_envelope_is_read_to_its_end(string latin1, string words)
    {
        EnvelopeChain.TryOpen(Encoding.Latin1.GetBytes(latin1), NoHeaders, WireLimits.Default, out _, out var refusal).ShouldBeFalse();
        refusal.Message.ShouldContain(words);
    }

    [Fact]
    public void Every_bound_is_held_and_met()
    {
        var limits = new WireLimits { MaxBytes = 1000, MaxMessages = 3 };
        var longest = $$"""{"command":"all","x":"{{new string('"', 488).Replace("\"", "\\\"")}}"}""";
        longest.Length.ShouldBe(1000);
        Open(longest, limits).Count.ShouldBe(1);
        Open(Sns(longest), limits).Count.ShouldBe(1);
        Refused(longest + " ", RefusalReason.Oversized, "1001 bytes, more than 1000", limits);
        Refused(Sns(longest + " "), RefusalReason.Oversized, "in the SNS notification: the message has 1001 bytes", limits);
        Open(Message.PadRight(1000), limits).Count.ShouldBe(1);
        var outer = Sns(Message);
        Open(outer.PadRight(2000 + 65536), limits).Count.ShouldBe(1);
        Refused(outer.PadRight(2000 + 65537), RefusalReason.Oversized, "the body has 67537 bytes, more than 67536", limits);
        Open($"[{Message},{Message},{Message}]", limits).Count.ShouldBe(3);
        Refused($"[{Message},{Message},{Message},{Message}]", RefusalReason.Oversized, "more than 3 messages", limits);
        var two = $$"""{"specversion":"1.0","data":[{{Message}},{{Message}}]}""";
        Refused($"[{two},{two}]", RefusalReason.Oversized, "more than 3 messages", limits);
    }

    [Fact]
    public void Four_envelopes_and_no_more()
    {
        var body = Message;
        for (var i = 0; i < 4; i++) body = $$"""{"specversion":"1.0","id":"{{i}}","data":{{body}}}""";
        Open(body).ShouldHaveSingleItem().Id.ShouldBe("0");
        Refused($$"""{"specversion":"1.0","data":{{body}}}""", RefusalReason.Malformed, "more than 4 envelopes");
    }

    [Fact]
    public void Depth_does_not_hurt()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Refused($$"""{"a":{{deep}}}""", RefusalReason.Malformed, "command is missing");
        Refused($$"""{"specversion":"1.0","data":{{deep}}}""", RefusalReason.Malformed, "array within an array");
        Refused(new string('[', 200_000), RefusalReason.Malformed, "not JSON");
    }

    private static string Sns(string message) =>
        $$"""{"Type":"Notification","MessageId":"m-1","Message":{{JsonSerializer.Serialize(message)}},"Timestamp":"2026-11-21T21:00:00Z"}""";

    private static IReadOnlyList<OpenedMessage> Open(string body, WireLimits? limits = null)
    {
        EnvelopeChain.TryOpen(Encoding.UTF8.GetBytes(body), NoHeaders, limits ?? WireLimits.Default, out var messages, out var refusal).ShouldBeTrue(refusal.Message);
        refusal.ShouldBe(default);
        return messages!;
    }

    private static void Refused(string body, RefusalReason reason, string words, WireLimits? limits = null)
    {
        EnvelopeChain.TryOpen(Encoding.UTF8.GetBytes(body), NoHeaders, limits ?? WireLimits.Default, out var messages, out var refusal).ShouldBeFalse();
        messages.ShouldBeNull();
        refusal.Reason.ShouldBe(reason, refusal.Message);
        refusal.Message.ShouldContain(words);
    }

    private static string Text(OpenedMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    private sealed class SameMarks : IEqualityComparer<OpenedMessage>
    {
        public bool Equals(OpenedMessage? x, OpenedMessage? y) => x?.Id == y?.Id && x?.Issued == y?.Issued;

        public int GetHashCode(OpenedMessage obj) => obj.Id?.GetHashCode(StringComparison.Ordinal) ?? 0;
    }
}
