using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.Transports;
using RabbitMQ.Client.Exceptions;

namespace Towncrier.Providers.MassTransit.Wire;

/// <summary>
/// Where refused messages go: MassTransit's queue of skipped messages of the endpoint, with the reason in the header
/// <c>MT-Reason</c>. It holds 10,000 and forgets the oldest; like the endpoint's own queue it goes when nobody looks at it.
/// </summary>
internal sealed class SkippedQueue(string name, TimeSpan expires, bool isDurable)
{
    private const int MostMessages = 10_000;

    public string Name => name;

    private volatile string? _checkedOn; // the link on which we know that we may

    public void Configure(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var (key, value) in Arguments()) queue.SetQueueArgument(key, value!);
    }

    /// <summary>
    /// False when this user may not. MassTransit declares the queue on the channel that also reads, and a refusal closes
    /// that: so it is asked on another one first.
    /// </summary>
    public async Task<bool> TryBuryAsync(ReceiveContext context, string reason)
    {
        if (!context.TryGetPayload(out ChannelContext? reading) || !context.TryGetPayload(out IDeadLetterTransport? transport)) return false;
        if (_checkedOn != reading.Channel.ToString() + reading.GetHashCode())
        {
            if (!await MayAsync(reading).ConfigureAwait(false)) return false;
            _checkedOn = reading.Channel.ToString() + reading.GetHashCode();
        }

        await transport.Send(context, reason).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> MayAsync(ChannelContext reading)
    {
        var channel = await reading.ConnectionContext.Connection.CreateChannelAsync().ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                await channel.ExchangeDeclareAsync(name, "fanout", isDurable, autoDelete: !isDurable).ConfigureAwait(false);
                await channel.QueueDeclareAsync(name, isDurable, exclusive: false, autoDelete: !isDurable, Arguments()).ConfigureAwait(false);
                await channel.QueueBindAsync(name, name, "").ConfigureAwait(false);
                return true;
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is 403 or 404 or 405 or 406)
            {
                return false;
            }
        }
    }

    private Dictionary<string, object?> Arguments() => new() { ["x-expires"] = (long)expires.TotalMilliseconds, ["x-max-length"] = MostMessages };
}
