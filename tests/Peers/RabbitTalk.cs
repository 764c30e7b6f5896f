using System.Text;
using RabbitMQ.Client;

namespace Towncrier.Peers;

/// <summary>A CMS that publishes plain JSON to RabbitMQ, and waits for the broker's word on each message.</summary>
public static class RabbitTalk
{
    /// <summary>What agents bind their queues to.</summary>
    public const string Exchange = "Towncrier:Invalidate";

    public static async Task PublishAsync(string url, IEnumerable<string> messages)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var batch in messages.Chunk(100))
        {
            await Task.WhenAll(batch.Select(message => channel.BasicPublishAsync(
                Exchange, "", mandatory: false, new BasicProperties { Persistent = true, ContentType = "application/json" }, Encoding.UTF8.GetBytes(message)).AsTask()));
        }
    }
}
