using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests;

/// <summary>Holds docs/PROTOCOL.md to the code.</summary>
public sealed partial class ProtocolDocTests
{
    private static readonly string Doc = File.ReadAllText(Path.Combine(Source.Root, "docs", "PROTOCOL.md"));

    [Fact]
    public void Every_message_it_shows_is_decoded_and_has_values_without_a_problem_but_the_one_it_tells_of()
    {
        var shown = Messages().Matches(Doc).Select(match => match.Groups[1].Value).ToList();
        shown.Count.ShouldBe(7);
        foreach (var text in shown)
        {
            InvalidationJson.TryDecode(Encoding.UTF8.GetBytes(text), WireLimits.Default, out var message, out var refusal)
                .ShouldBeTrue(refusal.Message);
            foreach (var value in message.Values.Where(value => value != "news/42"))
                ValueRules.Problem(message.Command, value, WireLimits.Default).ShouldBeNull();
        }

        ValueRules.Problem(InvalidationCommand.Purge, "news/42", WireLimits.Default).ShouldNotBeNull();
    }

    [Fact]
    public void It_has_a_row_for_every_command_and_no_other() =>
        Names("## Commands", "## Rules").ShouldBe(CommandNames.All, ignoreOrder: true);

    [Fact]
    public void It_has_a_row_for_every_reason_of_refusal() => Names("**A message is refused as a whole**", "**Sending a message again")
        .ShouldBe(Enum.GetNames<RefusalReason>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    [Fact]
    public void It_states_the_bounds_in_force()
    {
        var limits = WireLimits.Default;
        Doc.ShouldContain($"{limits.MaxBytes / 1024} KiB, {limits.MaxValues / 1000},000 values");
        Doc.ShouldContain($"nested at most {limits.MaxDepth} deep");
        Doc.ShouldContain($"more than {limits.MaxValueBytes / 1024} KiB of UTF-8");
        Doc.ShouldContain($"up to {limits.MaxMessages / 1000},000 messages");
        Doc.ShouldContain($"at most {AudienceReader.MaxLabels} labels of {AudienceReader.MaxValues} values");
        Doc.ShouldContain($"array of up to {MessageRules.MaxVia} strings, each of 1 to {MessageRules.MaxLabel} printable");
        Doc.ShouldContain($"at most {ReceiptJson.MaxBytes / 1024} KiB");
    }

    // Messages stand in JSON blocks, in curl's -d, or in the table; reports and answers have no command.
    [GeneratedRegex("""(?:```json\n|-d '|`)(\{\s*"command".*?\})(?=\n```|'|`)""", RegexOptions.Singleline)]
    private static partial Regex Messages();

    [GeneratedRegex(@"^\| `([a-z._]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstColumn();

    private static IEnumerable<string> Names(string from, string to)
    {
        var start = Doc.IndexOf(from, StringComparison.Ordinal);
        return FirstColumn().Matches(Doc[start..Doc.IndexOf(to, start, StringComparison.Ordinal)]).Select(match => match.Groups[1].Value);
    }
}
