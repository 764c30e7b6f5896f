using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Towncrier.Providers.MassTransit.Wire;

/// <summary>
/// Watches one endpoint on its first link: whether its queue was there, when its consumer is, and when either is gone.
/// MassTransit would connect again by itself; a second link is refused, since the agent has to know of the outage first.
/// </summary>
/// <param name="queue">The queue to look for before MassTransit makes it; null when it is made anew each time.</param>
internal sealed class LinkWatch(string? queue, RabbitAddress address, TimeProvider clock) : IFilter<ChannelContext>, IReceiveEndpointObserver
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IOException> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _links;
    private volatile bool _isOver;

    /// <summary>The consumer is there.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The link is lost, or none came about, and why.</summary>
    public Task<IOException> Lost => _lost.Task;

    /// <summary>When it was noticed.</summary>
    public DateTimeOffset LostAt { get; private set; }

    /// <summary>The queue was not there, and was made.</summary>
    public bool QueueIsNew { get; private set; }

    /// <summary>RabbitMQ took the queue from under a consumer: what came meanwhile is lost, whoever makes the queue again.</summary>
    public bool QueueWasDeleted { get; private set; }

    /// <summary>Of the link; null before there is one.</summary>
    public IConnection? Connection { get; private set; }

    /// <summary>From now on nothing is connected any more.</summary>
    public void End() => _isOver = true;

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        if (_isOver || Interlocked.Increment(ref _links) > 1) throw RabbitErrors.Own("this link is over");
        Connection = context.ConnectionContext.Connection;
        Connection.ConnectionShutdownAsync += (_, args) => LoseAsync(args, "the connection was lost");
        context.Channel.ChannelShutdownAsync += (_, args) => LoseAsync(args, "the channel was closed");
        QueueIsNew = queue is not null && !await ExistsAsync(Connection, queue, context.CancellationToken).ConfigureAwait(false);
        await next.Send(context).ConfigureAwait(false);
    }

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
    {
        _ready.TrySetResult();
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    // The link is up and its consumer is gone: so is the queue.
    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed)
    {
        if (!_isOver && Connection is { IsOpen: true }) LoseQueue();
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted)
    {
        Lose(faulted.Exception ?? new TimeoutException(), _ready.Task.IsCompleted ? "reading" : "connecting");
        return Task.CompletedTask;
    }

    void IProbeSite.Probe(ProbeContext context) => context.CreateFilterScope("towncrier-link");

    private static async Task<bool> ExistsAsync(IConnection connection, string name, CancellationToken cancel)
    {
        // A channel of its own: the answer "no" closes it.
        var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                await channel.QueueDeclarePassiveAsync(name, cancel).ConfigureAwait(false);
                return true;
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
            {
                return false;
            }
        }
    }

    /// <summary>The queue is gone from under us.</summary>
    public void LoseQueue()
    {
        QueueWasDeleted = true;
        Lose(RabbitErrors.Own($"RabbitMQ at {address.Where}: the queue was deleted while it was read, or its node is gone; it is made again"));
    }

    public void Lose(Exception why, string doing) => Lose(RabbitErrors.Translate(why, address, doing));

    private Task LoseAsync(RabbitMQ.Client.Events.ShutdownEventArgs args, string what)
    {
        if (!_isOver) Lose(RabbitErrors.Own($"RabbitMQ at {address.Where}: {what}: {RabbitErrors.Closed(args.ReplyCode, args.ReplyText, address)}", args.Exception));
        return Task.CompletedTask;
    }

    private void Lose(IOException why)
    {
        if (_lost.Task.IsCompleted) return;
        LostAt = clock.GetUtcNow();
        _lost.TrySetResult(why);
    }
}
