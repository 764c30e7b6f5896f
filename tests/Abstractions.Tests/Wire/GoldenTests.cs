using System.Text;
using System.Text.Json;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

/// <summary>Bodies as brokers and CMSs send them, each beside what we make of it: Golden/NAME.json and NAME.expect.json.</summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(Source.Root, "tests", "Abstractions.Tests", "Golden");

    public static IEnumerable<string> All => Directory.EnumerateFiles(Folder, "*.expect.json")
        .Select(path => Path.GetFileName(path)[..^".expect.json".Length]).Order(StringComparer.Ordinal);

    public static TheoryData<string> Names => new(All);

    public static byte[] BodyOf(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".json"));

    public static Dictionary<string, string> HeadersOf(JsonElement expected) =>
        expected.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!) : [];

    public static JsonElement ExpectationOf(string name) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".expect.json")));

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_opened_as_expected(string name)
    {
        var expected = ExpectationOf(name);
        var opened = EnvelopeChain.TryOpen(BodyOf(name), HeadersOf(expected), WireLimits.Default, out var messages, out var refusal);
        if (expected.TryGetProperty("refusal", out var reason))
        {
            opened.ShouldBeFalse();
            refusal.Reason.ToString().ShouldBe(reason.GetString());
            refusal.Message.ShouldContain(expected.GetProperty("words").GetString()!);
            return;
        }

        opened.ShouldBeTrue(refusal.Message);
        messages!.Count.ShouldBe(expected.GetProperty("messages").GetArrayLength());
        foreach (var (message, wanted) in messages.Zip(expected.GetProperty("messages").EnumerateArray())) Matches(message, wanted);
    }

    private static void Matches(OpenedMessage message, JsonElement wanted)
    {
        message.Problem.ShouldBeNull();
        message.Id.ShouldBe(wanted.TryGetProperty("id", out var id) ? id.GetString() : null);
        message.Issued.ShouldBe(wanted.TryGetProperty("issued", out var issued) ? DateTimeOffset.Parse(issued.GetString()!, null) : null);
        InvalidationJson.TryDecode(message.Body.Span, WireLimits.Default, out var decoded, out var refusal).ShouldBeTrue(refusal.Message);
        var text = Encoding.UTF8.GetBytes(wanted.GetProperty("message").GetRawText());
        InvalidationJson.TryDecode(text, WireLimits.Default, out var plain, out refusal).ShouldBeTrue(refusal.Message);
        decoded.ShouldSayTheSameAs(plain);
    }
}
