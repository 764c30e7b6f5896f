using System.Text.Json;
using System.Text.Unicode;
using MassTransit;
using Towncrier.Providers.MassTransit.Publishing;
using Towncrier.Providers.MassTransit.Wire;
using Towncrier.Wire;

namespace Towncrier.Providers.MassTransit;

/// <summary>
/// Publishes messages as MassTransit publishes <see cref="Invalidate"/>: on a RabbitMQ, or through an application's own
/// bus, whatever its transport. The message's bytes stay as they are. At least once: a call that failed may have been taken.
/// </summary>
public sealed class MassTransitPublisher : IInvalidationPublisher
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly Func<CancellationToken, Task<Func<ReadOnlyMemory<byte>, CancellationToken, Task>>> _open;
    private readonly Func<Exception, IOException> _translate;
    private readonly string _late;
    private readonly PublisherBus? _bus;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;

    /// <summary>On a RabbitMQ, with a bus of its own. Nothing is connected before the first message.</summary>
    /// <param name="options">Without <see cref="MassTransitPublisherOptions.Problems"/>.</param>
    public MassTransitPublisher(MassTransitPublisherOptions options, TimeProvider clock)
    {
        (_timeout, _clock) = (options.Timeout, clock);
        var place = options.Exchange ?? MassTransitSourceOptions.InvalidateExchange;
        var bus = _bus = new PublisherBus(new RabbitHost(options.Address, options.Password, Heartbeat, options.Timeout), place, clock);
        Name = MassTransitSource.LabelOf(place);
        _late = $"RabbitMQ at {options.Address.Where} has not confirmed the message within {options.Timeout.TotalSeconds:0.###} s: it is away, it has stopped taking messages (memory or disk alarm), or user '{options.Address.User}' may not write to {place}; its log tells";
        _translate = e => RabbitErrors.Translate(e, options.Address, "publishing");
        _open = async cancel =>
        {
            var started = await bus.StartedAsync(cancel).ConfigureAwait(false);
            if (options.Exchange is not { } exchange) return (message, sending) => PublishAsync(started, message, sending);
            var endpoint = await started.GetSendEndpoint(new Uri("exchange:" + exchange + "?type=fanout")).ConfigureAwait(false);
            return (message, sending) => endpoint.Send(Placeholder, Pipe.Execute<SendContext<Invalidate>>(context => Set(context, new BareBody(message))), sending);
        };
    }

    /// <summary>Through an application's own bus, which stays the application's to start and to stop.</summary>
    /// <param name="endpoint">The bus itself, so that what is published does not wait for an outbox.</param>
    /// <param name="timeout">For the bus to have taken a message.</param>
    public MassTransitPublisher(IPublishEndpoint endpoint, TimeSpan timeout, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        (_timeout, _clock) = (timeout, clock);
        Name = MassTransitSource.LabelOf(MassTransitSourceOptions.InvalidateExchange);
        _late = $"{Name}: the application's bus has not taken the message within {timeout.TotalSeconds:0.###} s; look at its log";
        _translate = e => RabbitErrors.Own($"{Name}: the application's bus did not take the message: {e.Message}", e);
        _open = _ => Task.FromResult<Func<ReadOnlyMemory<byte>, CancellationToken, Task>>((message, sending) => PublishAsync(endpoint, message, sending));
    }

    public string Name { get; }

    /// <summary>256 KiB, as much as an agent takes; the broker would take more.</summary>
    public int MaxBytes => WireLimits.Default.MaxBytes;

    private static Task<IOException> Never { get; } = new TaskCompletionSource<IOException>().Task;

    // What MassTransit routes by; the body comes from the serializer.
    private static Invalidate Placeholder { get; } = new() { Command = "" };

    /// <summary>Where a publisher with these options sends, as text that is the same for the same place.</summary>
    public static string PlaceOf(MassTransitPublisherOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Address.Place(options.Exchange ?? MassTransitSourceOptions.InvalidateExchange);
    }

    /// <summary>Returns when the broker has confirmed it; with no receivers when no queue wanted it, and it is in none.</summary>
    /// <exception cref="ArgumentException">The message has more than <see cref="MaxBytes"/>, or is no JSON object.</exception>
    /// <inheritdoc/>
    public async Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        if (message.Length > MaxBytes) throw new ArgumentException($"the message has {message.Length} bytes; {Name} takes at most {MaxBytes}", nameof(message));
        if (!IsObject(message)) throw new ArgumentException("the message is no JSON object in UTF-8, and cannot be put into an envelope", nameof(message));
        using var limit = new CancellationTokenSource(_timeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var send = await _open(both.Token).ConfigureAwait(false);
            var failure = _bus?.NextFailure ?? Never;
            var sending = send(message, both.Token);
            // Of a link that died while it waits for the broker's word MassTransit may never hear again, nor heed that it is cancelled.
            _ = sending.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (await Task.WhenAny(sending, failure).WaitAsync(both.Token).ConfigureAwait(false) == sending || sending.IsCompleted)
            {
                await sending.ConfigureAwait(false);
                return default;
            }

            await both.CancelAsync().ConfigureAwait(false);
            throw await failure.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw RabbitErrors.Own(_late);
        }
        catch (Exception e) when (IsReturned(e))
        {
            return new Published(0);
        }
        catch (Exception e) when (RabbitErrors.IsBroker(e))
        {
            throw _translate(e);
        }
    }

    public ValueTask DisposeAsync() => _bus?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task PublishAsync(IPublishEndpoint endpoint, ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        endpoint.Publish(Placeholder, Pipe.Execute<PublishContext<Invalidate>>(context => Set(context, new EncodedBody(message, _clock))), cancel);

    private static void Set(SendContext context, IMessageSerializer body)
    {
        context.Serializer = body;
        if (context.TryGetPayload(out RabbitMqSendContext? rabbit)) rabbit.Mandatory = true;
    }

    private static bool IsReturned(Exception e) => e is MessageReturnedException || e is RabbitMQ.Client.Exceptions.PublishException { IsReturn: true };

    private static bool IsObject(ReadOnlyMemory<byte> message)
    {
        if (!Utf8.IsValid(message.Span)) return false;
        var json = new Utf8JsonReader(message.Span, new JsonReaderOptions { MaxDepth = message.Length + 1 });
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) return false;
            json.Skip();
            return !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
