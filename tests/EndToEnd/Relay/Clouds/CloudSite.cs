namespace Towncrier.EndToEnd.Relay.Clouds;

/// <summary>
/// Four places on one machine: a Redis stream, SNS and SQS behind a proxy that can be cut, Service Bus, and RabbitMQ. Each
/// keeps what it has taken, also over its restart.
/// </summary>
internal sealed class CloudSite : IAsyncDisposable
{
    private const string Stream = "towncrier";
    private const string Topic = "towncrier";

    private readonly TempFolder _folder = new();
    private readonly RedisServer _redis;
    private readonly FauxqsServer _aws;
    private readonly TcpProxy _awsDoor;
    private readonly ServiceBusServer _azure;
    private readonly RabbitServer _rabbit;

    private CloudSite(RedisServer redis, FauxqsServer aws, ServiceBusServer azure, RabbitServer rabbit)
        => (_redis, _aws, _awsDoor, _azure, _rabbit) = (redis, aws, TcpProxy.Start(aws.Port), azure, rabbit);

    public IReadOnlyDictionary<string, Cloud> Clouds { get; private set; } = new Dictionary<string, Cloud>();

    public static async Task<CloudSite> StartAsync()
    {
        var rabbit = await RabbitServer.StartAsync(); // the slowest, and a skip when it is missing
        var site = new CloudSite(
            await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always"), await FauxqsServer.StartAsync(), await ServiceBusServer.StartAsync(), rabbit);
        await site._aws.Talk.CreateTopicAsync(Topic);
        site._azure.CreateTopic(Topic);
        await File.WriteAllTextAsync(site._folder.Of("azure"), site._azure.ConnectionString);
        site.Clouds = new Cloud[] { site.Redis(), site.Aws(), site.Azure(), site.Rabbit() }.ToDictionary(cloud => cloud.Name);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await _rabbit.DisposeAsync();
        await _azure.DisposeAsync();
        await _awsDoor.DisposeAsync();
        await _aws.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    private Cloud Redis()
    {
        var source = $"redis: {{ url: \"{_redis.Url}\", stream: {Stream} }}";
        return new Cloud("redis", source, source, $"redis: {{ url: \"{_redis.Url}\", stream: {Stream} }}")
        {
            PublishAsync = messages =>
            {
                using var talk = new RedisTalk(_redis.Port);
                talk.Add(Stream, [.. messages]);
                return Task.CompletedTask;
            },
            RestartAsync = _redis.RestartAsync,
        };
    }

    private Cloud Aws()
    {
        var place = $"region: {FauxqsServer.Region}, topic: \"{AwsTalk.TopicArn(Topic)}\", endpoint: \"http://127.0.0.1:{_awsDoor.Port}\"";
        return new Cloud("aws", $"aws: {{ {place}, queue: auto, fleet: hosts }}", $"aws: {{ {place}, queue: auto, fleet: relays }}", $"aws: {{ {place} }}")
        {
            PublishAsync = async messages =>
            {
                foreach (var message in messages) await _aws.Talk.PublishAsync(Topic, message);
            },
            // The emulator keeps all in memory: it is cut off instead.
            RestartAsync = async () =>
            {
                _awsDoor.Refuse();
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                _awsDoor.Restore();
            },
        };
    }

    private Cloud Azure()
    {
        var place = $"connection_string_file: \"{_folder.Of("azure")}\", topic: {Topic}";
        return new Cloud("azure", $"azure_service_bus: {{ {place}, subscription: auto, fleet: hosts, pollers: 2 }}", $"azure_service_bus: {{ {place}, subscription: auto, fleet: relays, pollers: 4 }}", $"azure_service_bus: {{ {place} }}")
        {
            PublishAsync = messages =>
            {
                foreach (var message in messages) _azure.Send(Topic, message);
                return Task.CompletedTask;
            },
            RestartAsync = async () =>
            {
                await _azure.StopAsync();
                await _azure.StartAgainAsync();
            },
        };
    }

    private Cloud Rabbit()
    {
        var place = $"rabbitmq: \"{_rabbit.Url}\"";
        return new Cloud("rabbit", $"masstransit: {{ {place}, fleet: hosts }}", $"masstransit: {{ {place}, fleet: relays }}", $"masstransit: {{ {place} }}")
        {
            PublishAsync = messages => RabbitTalk.PublishAsync(_rabbit.Url, messages),
            RestartAsync = _rabbit.RestartAsync,
        };
    }
}
