using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class RoundTripTests
{
    public static TheoryData<Invalidation> Messages => new(
        new Invalidation { Command = InvalidationCommand.All, Values = [] },
        new Invalidation { Command = InvalidationCommand.Purge, Values = ["/a%2Fb?x=1&y=<ü>\"\\", "http://h/"], Host = "h" },
        new Invalidation { Command = InvalidationCommand.XkeySoft, Values = ["a b"], Mode = PurgeMode.Soft },
        new Invalidation { Command = InvalidationCommand.Xkey, Values = ["\u0001\r\n", "😀"], Host = "*.example.org", ScopedToHost = true },
        new Invalidation
        {
            Command = InvalidationCommand.Wildcard,
            Values = ["/*.css"],
            Id = "id 1",
            Mode = PurgeMode.Soft,
            DryRun = true,
            Issued = new DateTimeOffset(2026, 11, 21, 21, 0, 0, TimeSpan.FromHours(2)).AddTicks(1234567),
            Expires = DateTimeOffset.MaxValue,
            Source = "cms-eu",
        },
        new Invalidation
        {
            Command = InvalidationCommand.Ban,
            Values = ["obj.http.content-type ~ \"^image/\" && obj.age > 1h"],
            Audience = new Dictionary<string, IReadOnlyList<string>> { ["region"] = ["eu-west-1", "ü"], ["Role"] = ["edge"] },
            Via = ["relay-a", "relay b"],
        });

    [Theory]
    [MemberData(nameof(Messages))]
    public void Encoded_and_decoded_is_the_same(Invalidation message)
    {
        var body = InvalidationJson.Encode(message);
        InvalidationJson.TryDecode(body, WireLimits.Default, out var decoded, out var refusal).ShouldBeTrue(refusal.Message);
        decoded.Values.ShouldBe(message.Values);
        decoded.ShouldSayTheSameAs(message);
        InvalidationJson.Encode(decoded).ShouldBe(body);
    }

    [Fact]
    public void It_is_readable_by_eye() => Encoding.UTF8.GetString(InvalidationJson.Encode(new Invalidation
    {
        Command = InvalidationCommand.Purge,
        Host = "www.example.org",
        Values = ["/news/?a=1&b=ü+"],
    })).ShouldBe("""{"command":"purge","host":"www.example.org","value":["/news/?a=1&b=ü+"]}""");
}
