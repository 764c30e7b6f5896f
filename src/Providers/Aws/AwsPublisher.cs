using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Publishing;

namespace Towncrier.Providers.Aws;

/// <summary>
/// Sends messages to an SNS topic or an SQS queue; what is sent at the same time goes in batches. At least once: a call
/// that failed may have been taken. On FIFO the message's id is its deduplication id, so sending it again does no harm.
/// Attributes <c>command</c> and <c>host</c> go beside each message, for filter policies.
/// </summary>
public sealed class AwsPublisher : IInvalidationPublisher
{
    private const int Lanes = 4;

    private readonly AwsCaller _caller;
    private readonly Batcher<OutgoingMessage> _batcher;
    private readonly string? _group; // on FIFO

    /// <param name="options">Without <see cref="AwsPublisherOptions.Problems"/>.</param>
    /// <param name="random">Spreads retries; used by this publisher alone.</param>
    public AwsPublisher(AwsPublisherOptions options, TimeProvider clock, Random random)
    {
        _caller = new AwsCaller(options.Access, clock, random);
        var target = options.Topic ?? options.Queue!;
        _group = QueueReference.IsFifo(target) ? options.Group : null;
        var lanes = _group is null ? Lanes : 1;
        Name = AwsSource.LabelOf(QueueReference.NameOf(target));
        _batcher = options.Topic is { } topic
            ? Batcher("sns:Publish", (messages, cancel) => new SnsClient(_caller).PublishAsync(topic, messages, cancel), lanes, clock)
            : Batcher("sqs:SendMessage", new QueueSender(new SqsClient(_caller), target).SendAsync, lanes, clock);
    }

    public string Name { get; }

    /// <summary>256 KiB, less what goes beside the message.</summary>
    public int MaxBytes => AwsLimits.BatchBytes - MessageHints.MostBytes;

    /// <exception cref="ArgumentException">The message has more than <see cref="MaxBytes"/>, or is no text that AWS carries.</exception>
    /// <inheritdoc/>
    public async Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        if (message.Length > MaxBytes) throw new ArgumentException($"the message has {message.Length} bytes; {Name} takes at most {MaxBytes}", nameof(message));
        MessageText.Require(message.Span, nameof(message)); // here, where it is one caller's and not a batch's
        var hints = MessageHints.Of(message.Span);
        var attributes = hints.Attributes();
        var size = message.Length + attributes.Sum(one => one.Key.Length + "String".Length + one.Value.Length);
        await _batcher.SendAsync(new OutgoingMessage(message, attributes, _group, _group is null ? null : hints.TransportId(message.Span)), size, cancel).ConfigureAwait(false);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _caller.Dispose();
    }

    /// <summary>In batches as SNS takes them; a single message's refusal is its caller's.</summary>
    internal static Batcher<OutgoingMessage> Batcher(
        string operation, Func<IReadOnlyList<OutgoingMessage>, CancellationToken, Task<IReadOnlyList<BatchFailure>>> sendAsync, int lanes, TimeProvider clock) =>
        new(async (messages, cancel) =>
        {
            var failures = await sendAsync(messages, cancel).ConfigureAwait(false);
            return [.. failures.Select(failure => (failure.Index, (IOException)new AwsException(operation, failure.Code, $"{operation} refused the message: {failure.Code}: {failure.Message}", 200, null)))];
        }, lanes, operation, AwsLimits.BatchEntries, AwsLimits.BatchBytes, clock);
}
