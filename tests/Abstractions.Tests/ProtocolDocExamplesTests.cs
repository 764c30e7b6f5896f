using System.Text;
using System.Text.RegularExpressions;
using Towncrier.Peers;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests;

/// <summary>Runs what docs/PROTOCOL.md shows of envelopes, signatures and receipts.</summary>
public sealed partial class ProtocolDocExamplesTests
{
    private static readonly string Doc = File.ReadAllText(Path.Combine(Source.Root, "docs", "PROTOCOL.md"));

    private static readonly string Secret = Regex.Match(Doc, "`([^`]+)` the secret of the key `cms-key-1`").Groups[1].Value;

    private static string Signed => Blocks("## Signatures", "json")[1];

    [Fact]
    public void Its_envelopes_hold_messages()
    {
        var opened = Blocks("## Envelopes", "json").Select(Open).ToList();
        opened.Select(messages => messages.Count).ShouldBe([1, 2]);
        opened.SelectMany(messages => messages.Select(message => message.Id)).ShouldBe(["6a7e8feb-b491-4cf7-a9f1-bf3703467718", "A234-1234-1234-0", "A234-1234-1234-1"]);
        foreach (var message in opened.SelectMany(messages => messages))
            InvalidationJson.TryDecode(message.Body.Span, WireLimits.Default, out _, out var refusal).ShouldBeTrue(refusal.Message);
    }

    [Fact]
    public void Its_message_has_its_canonical_text()
    {
        var text = Blocks("## Signatures", "text").ShouldHaveSingleItem();
        foreach (var message in Blocks("## Signatures", "json"))
            Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(message), ["signature"], out _)!).ShouldBe(text.TrimEnd());
    }

    [Fact]
    public void Its_signature_is_good_and_ours()
    {
        Secret.ShouldNotBeEmpty();
        Good(Signed);
        InvalidationJson.TryDecode(Encoding.UTF8.GetBytes(Signed), WireLimits.Default, out var message, out _).ShouldBeTrue();
        var ours = Encoding.UTF8.GetString(new MessageSigner("cms-key-1", Encoding.UTF8.GetBytes(Secret)).Sign(message));
        Good(ours);
        ours.ShouldContain("\"issued\":\"2026-11-21T21:00:00+00:00\""); // Our own layout of the date, and so another value.
    }

    [Fact]
    public async Task The_shell_prints_its_value()
    {
        var printed = await RunAsync("sh", "sh", "sign.sh");
        Signed.ShouldContain($"\"value\": \"{printed.TrimEnd()}\"");
    }

    [Theory]
    [InlineData("python3", "python", "sign.py")]
    [InlineData("node", "js", "sign.js")]
    [InlineData("php", "php", "sign.php")]
    public async Task The_script_prints_the_signed_message(string program, string language, string file)
    {
        var printed = await RunAsync(program, language, file);
        Good(printed);
        Value().Match(printed.Replace("\\/", "/")).Value.ShouldBe(Value().Match(Signed).Value);
    }

    [Fact]
    public void Its_receipt_can_be_read()
    {
        var body = Encoding.UTF8.GetBytes(Blocks("## Receipts", "json").ShouldHaveSingleItem().TrimEnd());
        ReceiptJson.TryDecode(body, out var receipt).ShouldBeTrue();
        ReceiptJson.Encode(receipt).ShouldBe(body);
    }

    [GeneratedRegex("[A-Za-z0-9+/]{43}=")]
    private static partial Regex Value();

    private static async Task<string> RunAsync(string program, string language, string file)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Of(file), Blocks("## Signatures", language).ShouldHaveSingleItem(), TestContext.Current.CancellationToken);
        return await Tool.RunAsync(program, folder.Of(file));
    }

    private static void Good(string body) =>
        MessageSignature.Check(Encoding.UTF8.GetBytes(body), key => key == "cms-key-1" ? Encoding.UTF8.GetBytes(Secret) : null, out _, out var problem)
            .ShouldBe(SignatureState.Good, problem);

    private static IReadOnlyList<OpenedMessage> Open(string body)
    {
        EnvelopeChain.TryOpen(Encoding.UTF8.GetBytes(body), new Dictionary<string, string>(), WireLimits.Default, out var messages, out var refusal)
            .ShouldBeTrue(refusal.Message);
        return messages!;
    }

    private static List<string> Blocks(string section, string language)
    {
        var start = Doc.IndexOf(section + "\n", StringComparison.Ordinal);
        var end = Doc.IndexOf("\n## ", start + section.Length, StringComparison.Ordinal);
        return [.. Regex.Matches(Doc[start..end], $"^```{language}\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
    }
}
