using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class DecodeTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var message = Decoded("""
            {"command":"xkey","host":"www.example.org","value":["a b","ä/ü"],"id":"01JD","issued":"2026-11-21T21:00:00.123Z",
             "expires":"2026-11-21T23:00:00+01:00","mode":"soft","source":"cms-eu","dry_run":true,"scope":"host","via":["relay-a","relay-b"],
             "audience":{"region":["eu-west-1","eu-west-2"],"role":"edge"}}
            """);
        message.Via.ShouldBe(["relay-a", "relay-b"]);
        message.Audience.Keys.ShouldBe(["region", "role"]);
        message.Audience["region"].ShouldBe(["eu-west-1", "eu-west-2"]);
        message.Audience["role"].ShouldBe(["edge"]);
        message.Command.ShouldBe(InvalidationCommand.Xkey);
        message.Host.ShouldBe("www.example.org");
        message.Values.ShouldBe(["a b", "ä/ü"]);
        message.Id.ShouldBe("01JD");
        message.Issued.ShouldBe(new DateTimeOffset(2026, 11, 21, 21, 0, 0, 123, TimeSpan.Zero));
        message.Expires.ShouldBe(new DateTimeOffset(2026, 11, 21, 22, 0, 0, TimeSpan.Zero));
        message.Mode.ShouldBe(PurgeMode.Soft);
        message.Source.ShouldBe("cms-eu");
        message.DryRun.ShouldBeTrue();
        message.ScopedToHost.ShouldBeTrue();
    }

    [Fact]
    public void What_is_left_out_is_at_its_default()
    {
        var message = Decoded("""{"command":"purge","value":["/"]}""");
        message.Host.ShouldBeNull();
        message.Id.ShouldBeNull();
        message.Issued.ShouldBeNull();
        message.Expires.ShouldBeNull();
        message.Mode.ShouldBe(PurgeMode.Hard);
        message.DryRun.ShouldBeFalse();
        message.Audience.ShouldBeEmpty();
        message.Via.ShouldBeEmpty();
        Decoded("""{"command":"all","audience":{},"via":[],"signature":7}""").Audience.ShouldBeEmpty();
        Decoded("""{"command":"all","audience":null,"via":null,"signature":{"key":[]}}""").Via.ShouldBeEmpty();
        message.ScopedToHost.ShouldBeFalse();
    }

    [Theory]
    [InlineData("purge", InvalidationCommand.Purge)]
    [InlineData("ban", InvalidationCommand.Ban)]
    [InlineData("ban.url", InvalidationCommand.BanUrl)]
    [InlineData("xkey", InvalidationCommand.Xkey)]
    [InlineData("xkey.soft", InvalidationCommand.XkeySoft)]
    [InlineData("prefix", InvalidationCommand.Prefix)]
    [InlineData("wildcard", InvalidationCommand.Wildcard)]
    [InlineData("key", InvalidationCommand.Key)]
    [InlineData("host", InvalidationCommand.Host)]
    public void Every_command_is_known(string name, InvalidationCommand command)
    {
        var message = Decoded($$"""{"command":"{{name}}","value":["/x"]}""");
        message.Command.ShouldBe(command);
        message.Values.ShouldBe(["/x"]);
    }

    [Theory]
    [InlineData("""{"COMMAND":"purge","Host":"h","VALUE":["/x"],"Dry_Run":true}""")]
    [InlineData(""" {"command":"purge","host":"h","value":["/x"],"dry_run":true} """)]
    [InlineData("""{"command":"key","host":"x","value":["/y"],"command":"purge","host":"h","value":["/x"],"dry_run":true}""")]
    [InlineData("""{"command":"purge","host":"h","value":["/x"],"dry_run":true,"id":null,"mode":null,"issued":null,"scope":null}""")]
    [InlineData("""{"audience":{"region":["a"]},"command":"purge","host":"h","via":["r"],"value":["/x"],"dry_run":true,"\ud800":1}""")]
    [InlineData("""{"\u0063ommand":"\u0070urge","host":"h","value":["\/x"],"dry_run":true,"n":-1.5e3,"t":true,"z":null}""")]
    public void Names_match_without_case_and_unknown_fields_are_passed_over(string body)
    {
        var message = Decoded(body);
        message.Command.ShouldBe(InvalidationCommand.Purge);
        message.Host.ShouldBe("h");
        message.Values.ShouldBe(["/x"]);
        message.DryRun.ShouldBeTrue();
    }

    [Fact]
    public void An_empty_host_is_any_host() => Decoded("""{"command":"purge","host":"","value":["/"]}""").Host.ShouldBeNull();

    [Fact]
    public void Xkey_soft_is_soft_whatever_the_mode() =>
        Decoded("""{"command":"xkey.soft","value":["a"],"mode":"hard"}""").Mode.ShouldBe(PurgeMode.Soft);

    [Fact]
    public void A_host_command_takes_its_value_from_host()
    {
        Decoded("""{"command":"host","host":"www.example.org"}""").Values.ShouldBe(["www.example.org"]);
        Decoded("""{"command":"host","host":"a","value":["b","c"]}""").Values.ShouldBe(["b", "c"]);
    }

    [Theory]
    [InlineData("""{"command":"all"}""")]
    [InlineData("""{"command":"all","value":[]}""")]
    [InlineData("""{"command":"all","value":["*"]}""")]
    public void All_needs_no_value(string body) => Decoded(body).Values.ShouldBeEmpty();

    [Fact]
    public void Bad_values_are_left_to_the_value_rules()
    {
        Decoded("""{"command":"purge","value":["","a\r\nb","nonsense","/good"]}""").Values.Count.ShouldBe(4);
        Decoded($$"""{"command":"purge","value":["/{{new string('x', 40_000)}}"]}""").Values[0].Length.ShouldBe(40_001);
    }

    private static Invalidation Decoded(string body)
    {
        InvalidationJson.TryDecode(Encoding.UTF8.GetBytes(body), WireLimits.Default, out var message, out var refusal)
            .ShouldBeTrue(refusal.Message);
        refusal.ShouldBe(default);
        return message.ShouldNotBeNull();
    }
}
