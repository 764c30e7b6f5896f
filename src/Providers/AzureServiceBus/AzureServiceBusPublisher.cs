using Towncrier.Providers.AzureServiceBus.Calling;
using Towncrier.Providers.AzureServiceBus.Publishing;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>
/// Sends messages to a topic or queue of Service Bus; what is sent at the same time goes in batches. At least once: a call
/// that failed may have been taken. The message's id is its MessageId, so a topic that detects duplicates drops the second.
/// Label, <c>towncrier_command</c> and <c>towncrier_host</c> go beside each message, for the rules of subscriptions.
/// </summary>
public sealed class AzureServiceBusPublisher : IInvalidationPublisher
{
    private const int Lanes = 4;

    // Names that are no HTTP header's: such a property would change its case on the way, and miss its filter.
    private const string Prefix = "towncrier_";

    /// <summary>Messages of a batch. Service Bus tells no limit but that of bytes; 100 are what its transactions take.</summary>
    private const int MostOfBatch = 100;

    private readonly AzureServiceBusPublisherOptions _options;
    private readonly TimeProvider _clock;
    private readonly BrokerCaller _caller;
    private readonly MessageCalls _calls;
    private readonly Batcher<OutgoingMessage> _batcher;

    /// <param name="options">Without <see cref="AzureServiceBusPublisherOptions.Problems"/>.</param>
    public AzureServiceBusPublisher(AzureServiceBusPublisherOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options, clock);
        _caller = new BrokerCaller(options.Address, options.FirstDelay, clock);
        _calls = new MessageCalls(_caller);
        _batcher = new Batcher<OutgoingMessage>(SendAsync, Lanes, $"send to {options.Entity}", MostOfBatch, options.MaxMessageBytes, clock);
    }

    public string Name => "azure_service_bus:" + _options.Entity;

    /// <summary>The largest message of the namespace, less what goes beside the body.</summary>
    public int MaxBytes => _options.MaxMessageBytes - BrokerProperties.MostBytes;

    /// <exception cref="ArgumentException">The message has more than <see cref="MaxBytes"/>.</exception>
    /// <inheritdoc/>
    public async Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        if (message.Length > MaxBytes) throw new ArgumentException($"the message has {message.Length} bytes; {Name} takes at most {MaxBytes}", nameof(message));
        var hints = MessageHints.Of(message.Span);
        // As a header a text stands in quotes, and there is no way to write one in it.
        var user = hints.Attributes(Prefix).Where(one => !one.Value.Contains('"', StringComparison.Ordinal)).ToDictionary();
        var label = user.GetValueOrDefault(Prefix + "command");
        var outgoing = new OutgoingMessage(message, BrokerProperties.Write(hints.TransportId(message.Span), label, hints.Expires - _clock.GetUtcNow()), user);
        await _batcher.SendAsync(outgoing, BatchBody.SizeOf(outgoing) ?? int.MaxValue, cancel).ConfigureAwait(false); // what is no text goes alone
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _caller.Dispose();
    }

    // A batch is taken as a whole or not at all; one message is sent as it is, which takes larger ones and those that are no text.
    private async Task<IReadOnlyList<(int Index, IOException Error)>> SendAsync(IReadOnlyList<OutgoingMessage> batch, CancellationToken cancel)
    {
        if (batch is [var single]) await _calls.SendAsync(_options.Entity, single, cancel).ConfigureAwait(false);
        else await _calls.SendBatchAsync(_options.Entity, BatchBody.Write(batch), cancel).ConfigureAwait(false);
        return [];
    }
}
