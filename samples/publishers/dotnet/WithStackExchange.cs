using System.Text.Json;
using StackExchange.Redis;

namespace Towncrier.Samples.Publishers;

/// <summary>With StackExchange.Redis, of any version: messages are JSON, and XADD is a command like any other.</summary>
internal static class WithStackExchange
{
    /// <param name="configuration">As StackExchange.Redis wants it: <c>127.0.0.1:6379</c>.</param>
    public static async Task PublishAsync(string configuration)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        var database = redis.GetDatabase();
        foreach (var message in (object[])[
            new { command = "purge", host = "www.example.org", value = new[] { "/news/42" }, id = Guid.NewGuid() },
            new { command = "xkey", value = new[] { "article-42" }, id = Guid.NewGuid() }])
        {
            await database.ExecuteAsync("XADD", "towncrier", "MAXLEN", "~", "100000", "*", "message", JsonSerializer.Serialize(message));
            // A channel: await redis.GetSubscriber().PublishAsync("varnish.purge", text); the answer is how many received it.
        }
    }
}
