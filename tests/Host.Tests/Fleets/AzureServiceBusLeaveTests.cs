using Towncrier.Peers;

namespace Towncrier.Host.Tests.Fleets;

/// <summary>Commands of a host that reads and sends by Service Bus; they run in this process.</summary>
public sealed class AzureServiceBusLeaveTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task An_agent_leaves_with_its_subscription_and_may_say_so_twice()
    {
        await using var azure = await ServiceBusServer.StartAsync();
        azure.CreateTopic("towncrier");
        azure.CreateSubscription("towncrier", "www-cache-1", new SubscriptionSettings { UserMetadata = "towncrier agent; fleet www; host cache-1" });
        azure.CreateSubscription("towncrier", "www-cache-2", new SubscriptionSettings { UserMetadata = "towncrier agent; fleet www; host cache-2" });
        var config = Config(azure, "subscription: auto, fleet: www");
        (await AwsSite.RunAsync("agent", "leave", "--config", config)).ShouldBe((0, "towncrier/www-cache-1  removed\n", ""));
        (await AwsSite.RunAsync("agent", "leave", "--config", config)).ShouldBe((0, "towncrier/www-cache-1  gone already\n", ""));
        azure.Subscriptions("towncrier").ShouldBe(["www-cache-2"]);
    }

    [Fact]
    public async Task A_subscription_that_is_another_hosts_is_left_alone()
    {
        await using var azure = await ServiceBusServer.StartAsync();
        azure.CreateTopic("towncrier");
        azure.CreateSubscription("towncrier", "www-cache-1");
        var (exit, _, error) = await AwsSite.RunAsync("agent", "leave", "--config", Config(azure, "subscription: auto, fleet: www"));
        exit.ShouldBe((int)ExitCode.AgentUnreachable);
        error.ShouldContain("was not made by an agent for the host cache-1");
        azure.Subscriptions("towncrier").ShouldBe(["www-cache-1"]);
        (await AwsSite.RunAsync("agent", "leave", "--config", Config(azure, "subscription: www-cache-1"))).Exit.ShouldBe((int)ExitCode.NothingMatched);
    }

    [Fact]
    public async Task What_is_published_comes_into_the_subscriptions_of_the_topic()
    {
        await using var azure = await ServiceBusServer.StartAsync();
        azure.CreateTopic("towncrier");
        azure.CreateSubscription("towncrier", "s", new SubscriptionSettings { Filter = "towncrier_command = 'xkey'" });
        (await AwsSite.RunAsync("publish", "--config", Config(azure, "subscription: s"), "--to", "bus", "--tag", "product-17")).Exit.ShouldBe(0);
        azure.Peek("towncrier", "s").ShouldHaveSingleItem().ShouldContain("product-17");
    }

    private string Config(ServiceBusServer azure, string source)
    {
        var file = _temp.Write("connection-string", azure.ConnectionString + "\n");
        return _temp.Write("towncrier.yaml", $$"""
            name: cache-1
            caches: [{ path: {{_temp.Path}}/cache }]
            state: {{_temp.Path}}/state
            sources: [{ azure_service_bus: { connection_string_file: {{file}}, {{source}} } }]
            publishers: { bus: { azure_service_bus: { connection_string_file: {{file}} } } }
            """);
    }
}
