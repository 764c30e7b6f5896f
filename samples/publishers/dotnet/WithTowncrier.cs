using Towncrier.Providers.Redis;

namespace Towncrier.Samples.Publishers;

/// <summary>With Towncrier's own packages: what cannot be meant is told here, and what is too much for one message is split.</summary>
internal static class WithTowncrier
{
    public static async Task PublishAsync(string url, CancellationToken cancel)
    {
        if (!RedisAddress.TryParse(url, out var address, out var problem)) throw new ArgumentException(problem, nameof(url));
        await using var publisher = new RedisPublisher(new RedisPublisherOptions { Address = address, Stream = "towncrier" }, TimeProvider.System);
        var messages = new InvalidationBuilder { Host = "www.example.org", Source = "sample" }
            .PurgeUrl("/news/42")
            .PurgeTags("article-42")
            .Build();
        await publisher.PublishAsync(messages, cancel: cancel);
    }
}
