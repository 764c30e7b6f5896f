using Towncrier.Providers.Redis;

namespace Towncrier.Providers.Contract.Harnesses;

/// <summary>A real redis-server, and a link to it that fails as asked.</summary>
internal sealed class RedisHarness : Harness
{
    private readonly RedisServer _redis;
    private readonly RedisPublisher _publisher;
    private readonly bool _isStream;

    private RedisHarness(RedisServer redis, bool isStream)
    {
        (_redis, _isStream, Link) = (redis, isStream, TcpProxy.Start(redis.Port));
        _publisher = new RedisPublisher(
            new RedisPublisherOptions { Address = Address(redis.Port), Channel = isStream ? null : "c", Stream = isStream ? "s" : null, MaxBytes = 16 * 1024 * 1024 }, TimeProvider.System);
    }

    public static Claims OfChannel { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: false), Orders = true, Links = true, Remembers = true };

    public static Claims OfStream { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: true), Orders = true, Links = true, Remembers = true };

    // Redis keeps whatever a subscriber that is held back has not read: what is lost by its limit is another test's.
    public static async Task<Harness> StartAsync(bool isStream) =>
        new RedisHarness(await RedisServer.StartAsync("--client-output-buffer-limit", "pubsub 0 0 0"), isStream);

    public override Task<IInvalidationSource> BuildAsync()
    {
        var options = new RedisSourceOptions
        {
            Address = Address(Link!.Port),
            Channels = _isStream ? [] : ["c"],
            Stream = _isStream ? "s" : null,
            MaxBufferedBytes = 1024 * 1024,
            Heartbeat = TimeSpan.FromMilliseconds(200),
            ReadTimeout = TimeSpan.FromMilliseconds(500),
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
        };
        options.Problems().ShouldBeEmpty();
        return Task.FromResult<IInvalidationSource>(new RedisSource(options, TimeProvider.System, new Random(1)));
    }

    public override async Task<bool> PublishAsync(ReadOnlyMemory<byte> message)
    {
        await _publisher.PublishAsync(message, TestContext.Current.CancellationToken);
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await Link!.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static RedisAddress Address(int port)
    {
        RedisAddress.TryParse($"redis://127.0.0.1:{port}", out var address, out var problem).ShouldBeTrue(problem);
        return address!;
    }
}
