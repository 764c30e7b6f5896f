using Towncrier.EndToEnd.Fleet.Aws;

namespace Towncrier.EndToEnd.Relay.Clouds;

/// <summary>
/// Twelve hosts in four places, joined by two relays: what is published once in any of them is applied once by every host,
/// whoever dies meanwhile, and nothing goes in circles.
/// </summary>
public sealed class Messages_over_clouds
{
    private const int Pages = 40;

    private static int Messages { get; } = Scale.Of(10_000);

    [Fact]
    public async Task Two_relays_in_a_ring_while_each_of_them_and_each_broker_is_taken_away_in_turn()
    {
        await using var site = await CloudSite.StartAsync();
        await using var hosts = await CloudHosts.StartAsync(site.Clouds.Values, each: 3);
        await using var first = await RelayAsync(site, "relay-1", ("redis", "aws"), ("aws", "azure"));
        await using var second = await RelayAsync(site, "relay-2", ("azure", "rabbit"), ("rabbit", "redis"));
        var messages = new CloudMessages(Messages);
        await hosts.FillAsync(CloudMessages.Uris(Pages));
        Func<Task>[] troubles =
        [
            () => Task.CompletedTask, () => AgainAsync(first), site.Clouds["redis"].RestartAsync, () => AgainAsync(second),
            site.Clouds["aws"].RestartAsync, site.Clouds["azure"].RestartAsync, site.Clouds["rabbit"].RestartAsync, () => AgainAsync(first),
        ];
        foreach (var trouble in troubles)
        {
            await messages.PublishAsync(site, Messages / troubles.Length);
            await trouble();
        }

        try
        {
            await hosts.AppliedAsync(Messages);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{first.Said}\n{second.Said}");
        }

        await QuietAsync(hosts);
        await hosts.ExactlyAsync(Messages);
        await hosts.GoneAsync(CloudMessages.Uris(Pages));
        string[] said = [.. (first.Said + second.Said).Split('\n')];
        said.Index().Where(line => line.Item.Contains("because of a bug", StringComparison.Ordinal)).SelectMany(line => said.Skip(line.Index).Take(8)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_relays_as_a_star_around_redis()
    {
        await using var site = await CloudSite.StartAsync();
        await using var hosts = await CloudHosts.StartAsync(site.Clouds.Values, each: 3);
        await using var first = await RelayAsync(site, "relay-1", ("redis", "aws"), ("redis", "azure"), ("aws", "redis"), ("azure", "redis"));
        await using var second = await RelayAsync(site, "relay-2", ("redis", "rabbit"), ("rabbit", "redis"));
        var messages = new CloudMessages(Messages);
        await hosts.FillAsync(CloudMessages.Uris(Pages));
        await messages.PublishAsync(site, Messages);
        await hosts.AppliedAsync(Messages);
        await QuietAsync(hosts);
        await hosts.ExactlyAsync(Messages);
        await hosts.GoneAsync(CloudMessages.Uris(Pages));
    }

    // A message that circulated would arrive again and again; repetitions that are on their way end by themselves.
    private static Task QuietAsync(CloudHosts hosts)
    {
        var last = -1d;
        return Eventually.TrueAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                var before = last;
                return before == (last = await hosts.ArrivedAsync());
            },
            "nothing arrives any more");
    }

    private static async Task AgainAsync(RelayStage relay)
    {
        await relay.KillAsync();
        await relay.StartAsync();
    }

    private static Task<RelayStage> RelayAsync(CloudSite site, string name, params (string From, string To)[] routes) => RelayStage.StartAsync(
        $$"""
        sources:
        {{string.Join('\n', routes.Select(route => route.From).Distinct().Select(from => $"  - {{ name: {from}, {site.Clouds[from].RelaySource} }}"))}}
        publishers:
        {{string.Join('\n', routes.Select(route => route.To).Distinct().Select(to => $"  {to}: {{ {site.Clouds[to].Publisher} }}"))}}
        routes:
        {{string.Join('\n', routes.Select(route => $"  - {{ from: {route.From}, to: {route.To} }}"))}}
        """,
        name, AwsFleet.Login);
}
