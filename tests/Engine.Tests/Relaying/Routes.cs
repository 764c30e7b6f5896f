using Towncrier.Agent;
using Towncrier.Agent.Relaying;
using Towncrier.Engine.Tests.Support;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Relaying;

/// <summary>Which messages a route takes, and how fast.</summary>
public sealed class Routes
{
    private static readonly RelayRoute Plain = new("from", ["to"]);

    [Theory]
    [InlineData("""{"command":"purge","host":"www.example.org","value":["/a"]}""", true)]
    [InlineData("""{"command":"purge","host":"WWW.example.org","value":["/a"]}""", true)]
    [InlineData("""{"command":"purge","host":"other.org","value":["/a"]}""", false)]
    [InlineData("""{"command":"purge","value":["/a"]}""", true)]
    [InlineData("""{"command":"purge","value":["https://www.example.org/a"]}""", true)]
    [InlineData("""{"command":"purge","value":["https://other.org/a"]}""", false)]
    [InlineData("""{"command":"purge","value":["https://other.org/a","/b"]}""", true)]
    [InlineData("""{"command":"purge","host":"other.org","value":["https://www.example.org/a"]}""", true)]
    [InlineData("""{"command":"host","value":["other.org","www.example.org"]}""", true)]
    [InlineData("""{"command":"host","value":["other.org"]}""", false)]
    [InlineData("""{"command":"purge","host":"*.example.org","value":["/a"]}""", true)]
    [InlineData("""{"command":"purge","host":"sub.wild.net","value":["/a"]}""", true)]
    [InlineData("""{"command":"all"}""", true)]
    [InlineData("""{"command":"xkey","host":"other.org","value":["a"]}""", false)]
    public void Hosts_let_through_what_can_mean_one_of_them(string body, bool takes)
        => new RouteFilter(Plain with { Hosts = ["www.example.org", "*.wild.net"] }).Takes(Read(body)).ShouldBe(takes);

    [Fact]
    public void Commands_let_through_those_they_name()
    {
        var filter = new RouteFilter(Plain with { Commands = [InvalidationCommand.Xkey, InvalidationCommand.Purge] });
        filter.Takes(Read("""{"command":"xkey","value":["a"]}""")).ShouldBeTrue();
        filter.Takes(Read("""{"command":"xkey.soft","value":["a"]}""")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"command":"all","audience":{"region":"eu"}}""", true)]
    [InlineData("""{"command":"all","audience":{"region":["us","EU"]}}""", true)]
    [InlineData("""{"command":"all","audience":{"region":"us"}}""", false)]
    [InlineData("""{"command":"all","audience":{"host":"cache-1"}}""", true)]
    [InlineData("""{"command":"all"}""", true)]
    public void An_audience_keeps_back_what_excludes_everybody_behind_the_route(string body, bool takes)
        => new RouteFilter(Plain with { Audience = new Dictionary<string, IReadOnlyList<string>> { ["region"] = ["eu"] } }).Takes(Read(body)).ShouldBe(takes);

    [Fact]
    public async Task A_rate_lets_one_second_go_at_once_and_then_one_each_fraction()
    {
        var clock = new StandingClock(DateTimeOffset.UnixEpoch);
        var pace = new Pace(10, clock);
        for (var i = 0; i < 10; i++) pace.WaitAsync(CancellationToken.None).IsCompleted.ShouldBeTrue();
        Task[] later = [pace.WaitAsync(CancellationToken.None), pace.WaitAsync(CancellationToken.None)];
        later.ShouldAllBe(wait => !wait.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await later[0].Within();
        later[1].IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await later[1].Within();
    }

    private static Invalidation Read(string text)
    {
        InvalidationJson.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), WireLimits.Default, out var message, out var refusal).ShouldBeTrue(refusal.Message);
        return message!;
    }
}
