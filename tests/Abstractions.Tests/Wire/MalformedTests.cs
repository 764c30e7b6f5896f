using System.Text;
using System.Text.Json;
using Towncrier.Peers;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

/// <summary>The whole table of <see cref="MalformedMessages"/>, each row refused for its own reason.</summary>
public sealed class MalformedTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 21, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Names => new(MalformedMessages.All.Select(row => row.Name));

    [Fact]
    public void There_are_many_and_each_has_its_name()
    {
        MalformedMessages.All.Count().ShouldBeGreaterThanOrEqualTo(60);
        MalformedMessages.All.Select(row => row.Name).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refused(string name)
    {
        var (_, body, reason) = MalformedMessages.All.Single(row => row.Name == name);
        var refusal = Judge(body).ShouldNotBeNull();
        JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Reason.ToString()).ShouldBe(reason, refusal.Message);
        refusal.Message.Length.ShouldBeInRange(10, 500);
    }

    [Fact]
    public void Beside_good_ones_each_is_refused_alone()
    {
        foreach (var (name, body, _) in MalformedMessages.All.Where(row => IsElement(row.Body)))
        {
            byte[] array = [.. "[{\"command\":\"all\"},"u8, .. body, .. ",{\"command\":\"all\"}]"u8];
            EnvelopeChain.TryOpen(array, new Dictionary<string, string>(), WireLimits.Default, out var opened, out var refusal).ShouldBeTrue($"{name}: {refusal.Message}");
            opened!.Count.ShouldBe(3, name);
            Decode(opened[0]).ShouldBeNull(name);
            Decode(opened[1]).ShouldNotBeNull(name);
            Decode(opened[2]).ShouldBeNull(name);
        }
    }

    // What is JSON, small enough for an array, and no array itself.
    private static bool IsElement(byte[] body)
    {
        if (body.Length > 300_000 || body.AsSpan().TrimStart(" "u8).StartsWith("["u8)) return false;
        try
        {
            JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = 200_000 });
            return !body.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Refusal? Judge(byte[] body)
    {
        if (!EnvelopeChain.TryOpen(body, new Dictionary<string, string>(), WireLimits.Default, out var opened, out var refusal)) return refusal;
        return opened.Select(Decode).FirstOrDefault(found => found is not null);
    }

    private static Refusal? Decode(OpenedMessage opened)
    {
        if (opened.Problem is { } problem) return problem;
        if (!InvalidationJson.TryDecode(opened.Body.Span, WireLimits.Default, out var message, out var refusal)) return refusal;
        return message.Expires < Now ? new Refusal(RefusalReason.Expired, "it came after its expires") : null;
    }
}
