using System.Text;

namespace Towncrier.Peers;

/// <summary>
/// Bodies an agent with its default limits refuses, each for a reason of its own: what a hostile or broken publisher
/// sends. The reasons are wire names, since nothing here knows the code under test. None is empty of bytes but the first.
/// </summary>
public static class MalformedMessages
{
    private const string Malformed = "malformed";
    private const string Oversized = "oversized";
    private const string Unknown = "unknown_command";
    private const string Invalid = "invalid_value";
    private const string Expired = "expired";

    public static IEnumerable<(string Name, byte[] Body, string Reason)> All =>
        NotJson().Concat(Shapes()).Concat(Fields()).Concat(Bounds()).Concat(Bytes());

    private static IEnumerable<(string Name, byte[] Body, string Reason)> NotJson() =>
    [
        Text("nothing", "", Malformed),
        Text("white space", " \r\n\t ", Malformed),
        Text("a word", "purge", Malformed),
        Text("a path", "/news/", Malformed),
        Text("a form", "command=purge&value=%2F", Malformed),
        Text("XML", "<command>purge</command>", Malformed),
        Text("truncated in a name", """{"comm""", Malformed),
        Text("truncated in a value", """{"command":"purge","value":["/ne""", Malformed),
        Text("truncated before the end", """{"command":"purge","value":["/"]""", Malformed),
        Text("a comma too many", """{"command":"purge","value":["/",]}""", Malformed),
        Text("single quotes", "{'command':'purge','value':['/']}", Malformed),
        Text("a comment", """{"command":"all"/* now */}""", Malformed),
        Text("NaN", """{"command":"all","x":NaN}""", Malformed),
        Text("a number with a leading zero", """{"command":"all","x":01}""", Malformed),
        Text("something after the end", """{"command":"all"}}""", Malformed),
        Text("two messages", """{"command":"all"}{"command":"all"}""", Malformed),
        Text("a raw newline in a string", "{\"command\":\"purge\",\"value\":[\"/a\nb\"]}", Malformed),
        Text("a bad escape", """{"command":"purge","value":["\x2f"]}""", Malformed),
    ];

    private static IEnumerable<(string Name, byte[] Body, string Reason)> Shapes() =>
    [
        Text("null", "null", Malformed),
        Text("a number", "42", Malformed),
        Text("a string", "\"purge\"", Malformed),
        Text("a message in a string", """ "{\"command\":\"all\"}" """, Malformed),
        Text("an empty object", "{}", Malformed),
        Text("an empty array", "[]", Malformed),
        Text("an array of nothing", "[null]", Malformed),
        Text("an array within an array", """[[{"command":"all"}]]""", Malformed),
        Text("an unknown envelope", """{"Records":[{"body":"{\"command\":\"all\"}"}]}""", Malformed),
        Text("an SNS confirmation", """{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"arn","Message":"{\"command\":\"all\"}"}""", Malformed),
        Text("SNS around words", """{"Type":"Notification","MessageId":"1","TopicArn":"arn","Message":"hello"}""", Malformed),
        Text("Event Grid's validation", """[{"id":"1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"x"},"eventTime":"2026-11-21T21:00:00Z"}]""", Malformed),
        Text("a CloudEvent without data", """{"specversion":"1.0","type":"t","source":"s","id":"1"}""", Malformed),
        Text("a CloudEvent of bad base64", """{"specversion":"1.0","type":"t","source":"s","id":"1","data_base64":"%%"}""", Malformed),
        Text("EventBridge around nothing", """{"id":"1","detail-type":"t","detail":{},"time":"2026-11-21T21:00:00Z"}""", Malformed),
        Text("five envelopes", Enumerable.Range(0, 5).Aggregate("""{"command":"all"}""", (inner, _) => $$"""{"specversion":"1.0","data":{{inner}}}"""), Malformed),
        Text("another's message", """{"event":"publish","urls":["/news/"]}""", Malformed),
    ];

    private static IEnumerable<(string Name, byte[] Body, string Reason)> Fields() =>
    [
        Text("no command", """{"value":["/"]}""", Malformed),
        Text("a null command", """{"command":null,"value":["/"]}""", Malformed),
        Text("a number for a command", """{"command":1,"value":["/"]}""", Malformed),
        Text("an array of commands", """{"command":["purge"],"value":["/"]}""", Malformed),
        Text("an unknown command", """{"command":"invalidate","value":["/"]}""", Unknown),
        Text("an empty command", """{"command":"","value":["/"]}""", Unknown),
        Text("a command in capitals", """{"command":"PURGE","value":["/"]}""", Unknown),
        Text("a command and a space", """{"command":"xkey ","value":["a"]}""", Unknown),
        Text("the last of two commands", """{"command":"purge","value":["/"],"command":"prge"}""", Unknown),
        Text("no value", """{"command":"purge","host":"www.example.org"}""", Malformed),
        Text("values for a value", """{"command":"purge","values":["/"]}""", Malformed),
        Text("an empty value", """{"command":"purge","value":[]}""", Malformed),
        Text("a string for a value", """{"command":"purge","value":"/"}""", Malformed),
        Text("an object for a value", """{"command":"purge","value":{"path":"/"}}""", Malformed),
        Text("a null among the values", """{"command":"purge","value":["/",null]}""", Malformed),
        Text("a number among the values", """{"command":"xkey","value":[42]}""", Malformed),
        Text("all and a path", """{"command":"all","value":["/news/"]}""", Invalid),
        Text("a soft mode in capitals", """{"command":"all","mode":"Soft"}""", Invalid),
        Text("an unknown mode", """{"command":"all","mode":"gentle"}""", Invalid),
        Text("a boolean mode", """{"command":"all","mode":true}""", Malformed),
        Text("an unknown scope", """{"command":"xkey","value":["a"],"scope":"global"}""", Invalid),
        Text("a host with a scheme", """{"command":"all","host":"https://www.example.org"}""", Invalid),
        Text("a host with a space", """{"command":"all","host":"www example.org"}""", Invalid),
        Text("a host with a NUL", """{"command":"all","host":"www\u0000.example.org"}""", Invalid),
        Text("an array of hosts", """{"command":"all","host":["a","b"]}""", Malformed),
        Text("an empty id", """{"command":"all","id":""}""", Invalid),
        Text("an id with a newline", """{"command":"all","id":"a\nb"}""", Invalid),
        Text("a number for an id", """{"command":"all","id":42}""", Malformed),
        Text("an unprintable source", """{"command":"all","source":"a\u202eb"}""", Invalid),
        Text("a date without a time", """{"command":"all","issued":"2026-11-21"}""", Invalid),
        Text("a date without an offset", """{"command":"all","issued":"2026-11-21T21:00:00"}""", Invalid),
        Text("the 31st of November", """{"command":"all","expires":"2026-11-31T21:00:00Z"}""", Invalid),
        Text("seconds since 1970", """{"command":"all","expires":1795294800}""", Malformed),
        Text("expired", """{"command":"all","expires":"2001-01-01T00:00:00Z"}""", Expired),
        Text("dry_run in words", """{"command":"all","dry_run":"false"}""", Malformed),
        Text("an audience of words", """{"command":"all","audience":"eu"}""", Malformed),
        Text("an audience of numbers", """{"command":"all","audience":{"region":1}}""", Malformed),
        Text("an audience of nobody", """{"command":"all","audience":{"region":[]}}""", Invalid),
        Text("an audience without a label", """{"command":"all","audience":{"":"eu"}}""", Invalid),
        Text("one relay in a string", """{"command":"all","via":"relay-a"}""", Malformed),
        Text("a relay without a name", """{"command":"all","via":[""]}""", Invalid),
        Text("half a surrogate pair", """{"command":"purge","value":["/\ud83d"]}""", Malformed),
        Text("the wrong half first", """{"command":"purge","value":["/\ude00\ud83d"]}""", Malformed),
    ];

    private static IEnumerable<(string Name, byte[] Body, string Reason)> Bounds() =>
    [
        Text("10,001 values", $$"""{"command":"xkey","value":[{{Many(10_001, i => $"\"{i}\"")}}]}""", Oversized),
        Text("more than 256 KiB", $$"""{"command":"xkey","value":["a"],"x":"{{new string('x', 256 * 1024)}}"}""", Oversized),
        Text("more than any envelope may have", $$"""{"x":"{{new string('x', 600 * 1024)}}"}""", Oversized),
        Text("1,001 messages", $$"""[{{Many(1_001, _ => """{"command":"all"}""")}}]""", Oversized),
        Text("17 relays", $$"""{"command":"all","via":[{{Many(17, i => $"\"r{i}\"")}}]}""", Oversized),
        Text("17 labels", "{\"command\":\"all\",\"audience\":{" + Many(17, i => $"\"l{i}\":\"v\"") + "}}", Oversized),
        Text("33 of one label", "{\"command\":\"all\",\"audience\":{\"region\":[" + Many(33, i => $"\"r{i}\"") + "]}}", Oversized),
        Text("an id of 201 characters", $$"""{"command":"all","id":"{{new string('i', 201)}}"}""", Invalid),
        Text("a host of 301 characters", $$"""{"command":"all","host":"{{new string('h', 301)}}"}""", Invalid),
        Text("five levels", """{"command":"all","x":[[[[1]]]]}""", Malformed),
        Text("100,000 levels", $$"""{"command":"all","x":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""", Malformed),
        Text("100,000 levels without an end", new string('[', 100_000), Malformed),
    ];

    private static IEnumerable<(string Name, byte[] Body, string Reason)> Bytes()
    {
        const string good = """{"command":"all"}""";
        yield return ("a byte order mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(good)], Malformed);
        yield return ("UTF-16", Encoding.Unicode.GetBytes(good), Malformed);
        yield return ("UTF-16 with its mark", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(good)], Malformed);
        yield return ("UTF-16, the other way round", Encoding.BigEndianUnicode.GetBytes(good), Malformed);
        yield return ("UTF-32", Encoding.UTF32.GetBytes(good), Malformed);
        yield return ("Latin-1", Encoding.Latin1.GetBytes("""{"command":"purge","value":["/für"]}"""), Malformed);
        yield return ("an overlong slash", [.. """{"command":"purge","value":[" """u8, 0xC0, 0xAF, .. "\"]}"u8], Malformed);
        yield return ("NULs after the end", [.. Encoding.UTF8.GetBytes(good), 0, 0], Malformed);
        yield return ("NULs only", new byte[64], Malformed);
        yield return ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], Malformed);
    }

    private static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));

    private static (string Name, byte[] Body, string Reason) Text(string name, string body, string reason) => (name, Encoding.UTF8.GetBytes(body), reason);
}
