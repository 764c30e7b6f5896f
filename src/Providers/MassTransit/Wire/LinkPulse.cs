using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Towncrier.Providers.MassTransit.Wire;

/// <summary>
/// Asks RabbitMQ for our queue, twice a heartbeat: AMQP's own heartbeats take three to notice a link that died without a
/// word, and say nothing of a queue whose end nobody told us.
/// </summary>
internal sealed class LinkPulse(LinkWatch watch, string queue, TimeSpan heartbeat, TimeProvider clock)
{
    private readonly TimeSpan _patience = 1.5 * heartbeat;

    /// <summary>
    /// Until <paramref name="stop"/>, or until the link is lost, which the watch is told. Nobody waits for its end: it may be
    /// asking a broker that is away, and then ends with the connection.
    /// </summary>
    public void Run(CancellationToken stop) =>
        _ = RunAsync(stop).ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            // A channel of its own: the answer "no" closes it. It ends with the connection: closing it would wait for a broker that is away.
            var opening = watch.Connection!.CreateChannelAsync(cancellationToken: stop);
            await AnsweredAsync(opening, stop).ConfigureAwait(false); // a link may die before it was asked for anything
            await BeatAsync(await opening.ConfigureAwait(false), stop).ConfigureAwait(false);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            watch.LoseQueue();
        }
        catch (Exception e) when (RabbitErrors.IsBroker(e) && !stop.IsCancellationRequested)
        {
            watch.Lose(e, "asking for the queue");
        }
    }

    private async Task BeatAsync(IChannel channel, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(heartbeat / 2, clock);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            var answer = channel.QueueDeclarePassiveAsync(queue, stop);
            await AnsweredAsync(answer, stop).ConfigureAwait(false);
            await answer.ConfigureAwait(false);
        }
    }

    /// <exception cref="TimeoutException">RabbitMQ has not answered in time.</exception>
    private async Task AnsweredAsync(Task answer, CancellationToken stop)
    {
        var asked = clock.GetTimestamp();
        if (await IsInTimeAsync(answer, stop).ConfigureAwait(false)) return;
        if (clock.GetElapsedTime(asked) >= 2 * _patience && await IsInTimeAsync(answer, stop).ConfigureAwait(false)) return;
        _ = answer.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new TimeoutException();
    }

    // When this process stood still, the silence was ours: the caller then waits once more.
    private async Task<bool> IsInTimeAsync(Task answer, CancellationToken stop) =>
        await Task.WhenAny(answer, Task.Delay(_patience, clock, stop)).ConfigureAwait(false) == answer;
}
