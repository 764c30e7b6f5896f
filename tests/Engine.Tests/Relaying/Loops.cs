using Towncrier.Agent;
using Towncrier.Engine.Tests.Support;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Relaying;

/// <summary>Relays in every figure: each bus gets a message once more at the most, and nothing goes round.</summary>
public sealed class Loops : IDisposable
{
    private const string Message = """{"command":"purge","value":["/a"],"id":"m-1"}""";

    private readonly CacheFolder _folder = new();
    private readonly Dictionary<string, MemoryBus> _buses = new() { ["a"] = new("a"), ["b"] = new("b"), ["c"] = new("c") };
    private readonly List<WholeRelay> _relays = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_relays_in_a_ring_bring_a_message_round_once()
    {
        Relay("r1", ("a", "b"));
        Relay("r2", ("b", "c"));
        Relay("r3", ("c", "a"));
        await SettleAsync("a");
        Counts().ShouldBe((2, 1, 1), "back where it came from it meets r1, which knows it");
    }

    [Fact]
    public async Task One_relay_over_all_pairs_brings_it_to_each_and_not_back()
    {
        Relay("r1", ("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b"));
        await SettleAsync("a");
        Counts().ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Routes_of_one_relay_one_behind_the_other_bring_it_on()
    {
        Relay("r1", ("a", "b"), ("b", "c"));
        await SettleAsync("a");
        Counts().ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task A_ring_that_loses_via_on_its_way_is_broken_by_the_id()
    {
        Relay("r1", ("a", "b"));
        // A hand in between that knows nothing of via: what it sends on has the id alone.
        var hand = _buses["b"].Listen("hand");
        var stop = new CancellationTokenSource();
        var handing = Task.Run(async () =>
        {
            await foreach (var delivery in hand.ReadAsync(new NoContext(), stop.Token))
                await _buses["a"].PublishAsync(System.Text.Encoding.UTF8.GetBytes(Message), stop.Token);
        }, stop.Token);
        await SettleAsync("a");
        Counts().ShouldBe((2, 1, 0));
        await stop.CancelAsync();
        await handing.ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
    }

    [Fact]
    public async Task What_has_passed_sixteen_relays_is_refused()
    {
        Relay("r1", ("a", "b"));
        var via = string.Join(',', Enumerable.Range(0, RelayMark.MostHops).Select(i => $"\"x{i}\""));
        var delivery = _buses["a"].Listeners[0].Send($$"""{"command":"purge","value":["/a"],"via":[{{via}}]}""");
        (await delivery.Settled.Within()).ShouldBe("rejected");
        delivery.Refusal.Message.ShouldContain("circles");
        foreach (var relay in _relays) await relay.DisposeAsync();
    }

    private void Relay(string name, params (string From, string To)[] routes)
    {
        var sources = routes.Select(route => route.From).Distinct().Select(bus => new RelaySource(bus, _buses[bus].Listen(bus))).ToList();
        List<RelayTarget> targets = [.. routes.Select(route => route.To).Distinct().Select(bus => new RelayTarget(bus, _buses[bus], [.. sources.Select(source => source.Name).Where(source => source == bus)]))];
        _relays.Add(new WholeRelay(
            Path.Combine(_folder.Outside, name), sources, targets, [.. routes.Select(route => new RelayRoute(route.From, [route.To]))], setup => setup with { Name = name }));
    }

    // Published on a bus, and all that comes of it has come when each relay has settled what it was sent.
    private async Task SettleAsync(string bus)
    {
        await _buses[bus].PublishAsync(System.Text.Encoding.UTF8.GetBytes(Message), default);
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30);
        while (_buses.Values.SelectMany(one => one.Listeners).Any(listener => listener.Name != "hand" && listener.IsOwed) && DateTimeOffset.UtcNow < deadline) await Task.Delay(5, TestContext.Current.CancellationToken);
        foreach (var relay in _relays) await relay.DisposeAsync();
    }

    private (int A, int B, int C) Counts() => (_buses["a"].Sent.Count, _buses["b"].Sent.Count, _buses["c"].Sent.Count);

    private sealed class NoContext : ISourceContext
    {
        public string? PositionOf(string channel) => null;

        public void Keep(string channel, string position)
        {
        }

        public void Connected(string channel)
        {
        }

        public ValueTask GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

        public void Refused(string channel, Refusal refusal)
        {
        }
    }
}
