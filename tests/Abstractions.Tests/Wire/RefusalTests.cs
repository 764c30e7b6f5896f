using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("   ", "not JSON")]
    [InlineData("purge", "not JSON")]
    [InlineData("""{"command":"all"}x""", "not JSON")]
    [InlineData("""{"command":"all"}{"command":"all"}""", "not JSON")]
    [InlineData("""{"command":"all",}""", "not JSON")]
    [InlineData("""{"command":"all" /* now */}""", "not JSON")]
    [InlineData("""{"command":"all" """, "not JSON")]
    [InlineData("""["command","all"]""", "not a JSON object")]
    [InlineData("\"all\"", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{}", "command is missing")]
    [InlineData("""{"command":null,"value":["/"]}""", "command is missing")]
    [InlineData("""{"command":7,"value":["/"]}""", "command is not a string")]
    [InlineData("""{"command":"purge"}""", "value is missing")]
    [InlineData("""{"command":"purge","value":null}""", "value is missing")]
    [InlineData("""{"command":"purge","host":"h"}""", "value is missing")]
    [InlineData("""{"command":"host"}""", "value is missing")]
    [InlineData("""{"command":"host","host":""}""", "value is missing")]
    [InlineData("""{"command":"purge","value":[]}""", "value is an empty array")]
    [InlineData("""{"command":"host","host":"h","value":[]}""", "value is an empty array")]
    [InlineData("""{"command":"purge","value":"/"}""", "value is not an array")]
    [InlineData("""{"command":"purge","value":{"0":"/"}}""", "value is not an array")]
    [InlineData("""{"command":"purge","value":["/",7]}""", "value[1] is not a string")]
    [InlineData("""{"command":"purge","value":[null]}""", "value[0] is not a string")]
    [InlineData("""{"command":"purge","value":[["/"]]}""", "value[0] is not a string")]
    [InlineData("""{"command":"purge","value":["\ud800"]}""", "half a surrogate")]
    [InlineData("""{"command":"all","id":5}""", "id is not a string")]
    [InlineData("""{"command":"all","host":["h"]}""", "host is not a string")]
    [InlineData("""{"command":"all","source":{}}""", "source is not a string")]
    [InlineData("""{"command":"all","mode":1}""", "mode is not a string")]
    [InlineData("""{"command":"all","issued":1732222800}""", "issued is not a string")]
    [InlineData("""{"command":"all","dry_run":"true"}""", "dry_run is neither true nor false")]
    [InlineData("""{"command":"all","dry_run":1}""", "dry_run is neither true nor false")]
    [InlineData("""{"command":"all","audience":["a"]}""", "audience is not an object")]
    [InlineData("""{"command":"all","audience":{"a":7}}""", "audience \"a\" is neither a string nor an array")]
    [InlineData("""{"command":"all","audience":{"a":null}}""", "audience \"a\" is neither a string nor an array")]
    [InlineData("""{"command":"all","audience":{"a":{"b":"c"}}}""", "audience \"a\" is neither a string nor an array")]
    [InlineData("""{"command":"all","audience":{"a":["b",7]}}""", "audience \"a\"[1] is not a string")]
    [InlineData("""{"command":"all","audience":{"\ud800":"b"}}""", "half a surrogate pair")]
    [InlineData("""{"command":"all","via":"r"}""", "via is not an array of strings")]
    [InlineData("""{"command":"all","via":[1]}""", "via[0] is not a string")]
    [InlineData("""{"command":"all","a":{"b":{"c":{"d":{}}}}}""", "deeper than 4")]
    [InlineData("""{"command":"all","a":[[[[]]]]}""", "deeper than 4")]
    public void Malformed(string body, string words) => Refused(body, RefusalReason.Malformed, words);

    [Theory]
    [InlineData("PURGE")]
    [InlineData("BAN")]
    [InlineData("")]
    [InlineData("purge ")]
    public void Unknown_command_names_the_known_ones(string command) => Refused(
        $$"""{"command":"{{command}}","value":["/"]}""", RefusalReason.UnknownCommand,
        $"unknown command \"{command}\"; known are purge, ban, ban.url, xkey, xkey.soft, prefix, wildcard, key, host, all");

    [Theory]
    [InlineData("\"mode\":\"Soft\"", "mode \"Soft\" is neither \"soft\" nor \"hard\"")]
    [InlineData("\"mode\":\"\"", "mode")]
    [InlineData("\"scope\":\"all\"", "scope \"all\" is neither \"host\" nor \"any\"")]
    [InlineData("\"id\":\"\"", "id has 0 characters")]
    [InlineData("\"id\":\"a\\nb\"", "id holds a character")]
    [InlineData("\"id\":\"a\\u202eb\"", "id holds a character")]
    [InlineData("\"source\":\"a\\u0000\"", "source holds a character")]
    [InlineData("\"host\":\"a b\"", "white space")]
    [InlineData("\"host\":\"a\\tb\"", "white space")]
    [InlineData("\"host\":\"a\\u0001b\"", "control character")]
    [InlineData("\"host\":\"http://a\"", "slash")]
    [InlineData("\"host\":\"a\\\\b\"", "slash")]
    [InlineData("\"issued\":\"\"", "issued")]
    [InlineData("\"issued\":\"yesterday\"", "issued \"yesterday\" is not a date and time")]
    [InlineData("\"issued\":\"2026-11-21\"", "issued")]
    [InlineData("\"issued\":\"2026-11-21T21:00:00\"", "issued")]
    [InlineData("\"issued\":\"2026-11-31T21:00:00Z\"", "issued")]
    [InlineData("\"issued\":\"21.11.2026 21:00 +00:00\"", "issued")]
    [InlineData("\"issued\":\"0001-01-01T00:00:00+14:00\"", "issued")]
    [InlineData("\"expires\":\"2026-11-21T25:00:00Z\"", "expires")]
    [InlineData("\"audience\":{\"region\":[]}", "audience \"region\" is an empty array: nobody")]
    [InlineData("\"audience\":{\"\":\"a\"}", "audience \"\" has 0 characters")]
    [InlineData("\"audience\":{\"region\":[\"a\",\"\"]}", "audience \"region\" has a value that has 0 characters")]
    [InlineData("\"audience\":{\"a\\nb\":\"a\"}", "audience \"a?b\" holds a character")]
    [InlineData("\"via\":[\"\"]", "a relay of via has 0 characters")]
    [InlineData("\"via\":[\"r\",\"a\\tb\"]", "a relay of via holds a character")]
    [InlineData("\"value\":[\"/news/\"]", "all takes no value")]
    [InlineData("\"value\":[\"*\",\"\"]", "all takes no value")]
    public void Invalid(string field, string words) =>
        Refused($$"""{"command":"all",{{field}}}""", RefusalReason.InvalidValue, words);

    [Fact]
    public void Every_bound_is_held_and_met()
    {
        var limits = new WireLimits { MaxBytes = 60, MaxValues = 3, MaxDepth = 2 };
        Refused("""{"command":"key","value":["a","b","c","d"]}""", RefusalReason.Oversized, "more than 3 values", limits);
        Accepted("""{"command":"key","value":["a","b","c"]}""", limits);
        Refused("""{"command":"all","a":[[]]}""", RefusalReason.Malformed, "deeper than 2", limits);
        Accepted("""{"command":"all","a":[1]}""", limits);
        Accepted("""{"command":"all"}""".PadRight(60), limits);
        Refused("""{"command":"all"}""".PadRight(61), RefusalReason.Oversized, "61 bytes, more than 60", limits);
        Accepted($$"""{"command":"all","id":"{{new string('i', 200)}}"}""", WireLimits.Default);
        Refused($$"""{"command":"all","id":"{{new string('i', 201)}}"}""", RefusalReason.InvalidValue, "id has 201");
        Accepted($$"""{"command":"all","via":[{{Many(16)}}],"audience":{"a":[{{Many(32)}}]} }""", WireLimits.Default);
        Refused($$"""{"command":"all","via":[{{Many(17)}}]}""", RefusalReason.Oversized, "via has more than 16 values");
        Refused($$"""{"command":"all","audience":{"a":[{{Many(33)}}]} }""", RefusalReason.Oversized, "audience \"a\" has more than 32 values");
        Accepted($$"""{"command":"all","audience":{ {{Labels(16)}} } }""", WireLimits.Default);
        Refused($$"""{"command":"all","audience":{ {{Labels(17)}} } }""", RefusalReason.Oversized, "audience has more than 16 labels");
        Refused($$"""{"command":"all","host":"{{new string('h', 301)}}"}""", RefusalReason.InvalidValue, "longer than 300");
    }

    [Fact]
    public void Not_utf8_is_refused_wherever_it_stands()
    {
        byte[] body = [.. """{"command":"all","x":" """u8, 0xC3, 0x28, .. "\"}"u8];
        InvalidationJson.TryDecode(body, WireLimits.Default, out _, out var refusal).ShouldBeFalse();
        refusal.ShouldBe(new Refusal(RefusalReason.Malformed, "the message is not UTF-8"));
    }

    [Fact]
    public void A_refusal_is_short_and_printable_whatever_was_sent()
    {
        Refused($$"""{"command":"{{new string('x', 9_000)}}\n"}""", RefusalReason.UnknownCommand, "...").Length.ShouldBeLessThan(300);
        Refused($$"""{"command":t{{new string('x', 9_000)}}}""", RefusalReason.Malformed, "not JSON").Length.ShouldBeLessThan(400);
        Refused("""{"command":"a\u0007\nb"}""", RefusalReason.UnknownCommand, "\"a??b\"").ShouldAllBe(c => !char.IsControl(c));
    }

    private static string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"v{i}\""));

    private static string Labels(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"l{i}\":\"v\""));

    private static string Refused(string body, RefusalReason reason, string words, WireLimits? limits = null)
    {
        InvalidationJson.TryDecode(Encoding.UTF8.GetBytes(body), limits ?? WireLimits.Default, out var message, out var refusal)
            .ShouldBeFalse(body);
        message.ShouldBeNull();
        refusal.Reason.ShouldBe(reason, refusal.Message);
        refusal.Message.ShouldContain(words);
        return refusal.Message;
    }

    private static void Accepted(string body, WireLimits limits) =>
        InvalidationJson.TryDecode(Encoding.UTF8.GetBytes(body), limits, out _, out var refusal).ShouldBeTrue(refusal.Message);
}
