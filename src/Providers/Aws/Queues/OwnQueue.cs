using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>The queue this host makes for itself (<c>queue: auto</c>): with its dead-letter queue, policy, encryption, tags and subscription.</summary>
internal sealed class OwnQueue(AwsSourceOptions options, SqsClient sqs, SnsClient sns, TimeProvider clock)
{
    /// <summary>Its name, known before it is there: <c>towncrier-FLEET-HOST</c>, with <c>.fifo</c> behind a FIFO topic.</summary>
    public string Name => throw new NotImplementedException($"{options} {sqs} {sns} {clock}");

    /// <summary>Makes what is missing and returns once the queue is subscribed. Changes nothing that is as it should be.</summary>
    public Task<OpenedQueue> OpenAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Writes the heartbeat tag every <see cref="AwsSourceOptions.Beat"/> until <paramref name="stop"/>; a failure is not the reader's and is tried again.</summary>
    public Task BeatAsync(OpenedQueue queue, CancellationToken stop) => throw new NotImplementedException();
}
