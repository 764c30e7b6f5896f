using System.Text;

namespace Towncrier.Providers.Redis.Tests;

/// <summary>Sources and publishers for tests.</summary>
internal static class Make
{
    public static RedisAddress Address(string url)
    {
        RedisAddress.TryParse(url, out var address, out var problem).ShouldBeTrue(problem);
        return address!;
    }

    public static RedisSourceOptions Options(string url, string? stream = null, params string[] channels) =>
        new() { Address = Address(url), Stream = stream, Channels = channels };

    public static RedisSource Source(RedisSourceOptions options)
    {
        options.Problems().ShouldBeEmpty();
        return new RedisSource(options, TimeProvider.System, new Random(1));
    }

    public static RedisSource Source(string url, string? stream = null, params string[] channels) => Source(Options(url, stream, channels));

    public static RedisPublisher Publisher(string url, string? channel = null, string? stream = null)
    {
        var options = new RedisPublisherOptions { Address = Address(url), Channel = channel, Stream = stream };
        options.Problems().ShouldBeEmpty();
        return new RedisPublisher(options, TimeProvider.System);
    }

    public static Task<Published> SendAsync(this RedisPublisher publisher, string message) =>
        publisher.PublishAsync(Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);

    /// <summary>Sends <c>name0</c>, <c>name1</c>, ..., each when the one before is taken.</summary>
    public static async Task SendManyAsync(this RedisPublisher publisher, string name, int count)
    {
        for (var i = 0; i < count; i++) await publisher.SendAsync($"{name}{i}");
    }
}
