using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Towncrier.Peers;
using Towncrier.Providers.AzureServiceBus;

namespace Towncrier.Benchmarks;

/// <summary>
/// Service Bus as the tests' server plays it in this process, on loopback: what our side takes, not what Azure does. The anchor
/// is the least a reader can do with one connection: ask for a message, delete it, ask for the next.
/// </summary>
internal sealed class AzureBench(BenchOptions options, Figures figures)
{
    private const string Topic = "towncrier";
    private const string Subscription = "bench";

    public async Task RunAsync()
    {
        figures.Begin("azure", "Service Bus over REST on the tests' server, in this process");
        var count = options.Quick ? 2_000 : 10_000;
        await BareAsync(count / 2); // the runtime compiles both ways before they are measured
        await OursAsync(count / 2, 4);
        var anchor = await BareAsync(count);
        figures.Add("a bare reader: receive and delete in turn", anchor, "messages/s");
        foreach (var pollers in (int[])[1, 4, 8])
        {
            var rate = await OursAsync(count, pollers);
            figures.Add($"receive and complete, pollers: {pollers}", rate, "messages/s");
            figures.Add($"pollers: {pollers}, by the bare reader", rate / anchor, "times");
        }

        await PublishAsync(count);
    }

    private static async Task<double> OursAsync(int count, int pollers)
    {
        await using var azure = await FilledAsync(count);
        using var source = new AzureServiceBusSource(
            new AzureServiceBusSourceOptions { Address = Address(azure), Topic = Topic, Subscription = Subscription, Pollers = pollers }, TimeProvider.System, new Random(1));
        var rate = await Reader.RateAsync(source, count);
        var left = azure.Count(Topic, Subscription);
        return left.Active + left.Locked == 0 ? rate : throw new InvalidOperationException($"{left} messages are left");
    }

    private static async Task<double> BareAsync(int count)
    {
        await using var azure = await FilledAsync(count);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = azure.Address };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Token(azure));
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            using var received = await http.PostAsync(new Uri($"{Topic}/subscriptions/{Subscription}/messages/head?timeout=5", UriKind.Relative), null);
            if (received.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException($"the server answered {received.StatusCode}");
            await received.Content.ReadAsByteArrayAsync();
            using var deleted = await http.DeleteAsync(received.Headers.Location);
        }

        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private async Task PublishAsync(int count)
    {
        await using var azure = await FilledAsync(0);
        await using var publisher = new AzureServiceBusPublisher(new AzureServiceBusPublisherOptions { Address = Address(azure), Topic = Topic }, TimeProvider.System);
        var began = Stopwatch.GetTimestamp();
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
            await Task.WhenAll(some.Select(i => publisher.PublishAsync(Encoding.UTF8.GetBytes(Message(i)), default)));
        figures.Add("publish, 500 at a time", count / Stopwatch.GetElapsedTime(began).TotalSeconds, "messages/s");
    }

    private static async Task<ServiceBusServer> FilledAsync(int count)
    {
        var azure = await ServiceBusServer.StartAsync();
        azure.CreateTopic(Topic);
        azure.CreateSubscription(Topic, Subscription);
        for (var i = 0; i < count; i++) azure.Send(Topic, Message(i));
        return azure;
    }

    private static ServiceBusAddress Address(ServiceBusServer azure)
        => ServiceBusAddress.TryParse(azure.ConnectionString, out var address, out var problem) ? address : throw new InvalidOperationException(problem);

    private static string Message(int i) => $$"""{"command":"purge","value":["/{{i}}"],"id":"m-{{i}}"}""";

    private static string Token(ServiceBusServer azure)
    {
        var (uri, end) = (Uri.EscapeDataString(azure.Address.ToString()), DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(azure.Key), Encoding.UTF8.GetBytes($"{uri}\n{end}")));
        return $"SharedAccessSignature sr={uri}&sig={Uri.EscapeDataString(signature)}&se={end}&skn={azure.KeyName}";
    }
}
