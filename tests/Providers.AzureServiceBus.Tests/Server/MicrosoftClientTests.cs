namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Microsoft's own clients find in the test server what they know of the real one.</summary>
public class MicrosoftClientTests
{
    [Fact]
    public async Task Its_data_plane_is_that_of_azure_sb()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        server.CreateTopic("t");
        server.CreateSubscription("t", "s");
        await AzureClients.RunAsync("data.mjs", server, server.Address.ToString(), server.KeyName, server.Key);
        server.Requests.Select(one => one.Operation).Distinct().Count().ShouldBe(7); // everything there is
    }

    [Fact]
    public async Task And_over_tls()
    {
        await using var server = await ServiceBusServer.StartAsync(new ServiceBusSettings { Tls = true });
        server.CreateQueue("q");
        server.CreateTopic("t");
        server.CreateSubscription("t", "s");
        await AzureClients.RunAsync("data.mjs", server, server.TlsAddress!.ToString(), server.KeyName, server.Key);
        server.Requests.ShouldAllBe(one => one.Status > 0);
    }

    [Fact]
    public async Task Its_management_is_that_of_the_administration_client()
    {
        await using var server = await ServiceBusServer.StartAsync(new ServiceBusSettings { Tls = true });
        var key = server.AddKey("Listener", ServiceBusRights.Listen | ServiceBusRights.Send);
        var unable = $"Endpoint=sb://{server.TlsAddress!.Authority}/;SharedAccessKeyName=Listener;SharedAccessKey={key}";
        await AzureClients.RunAsync("administration.mjs", server, server.TlsConnectionString!, unable);
        server.Requests.Count(one => one.Status == 401).ShouldBe(1);
    }
}
