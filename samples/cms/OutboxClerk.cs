namespace Towncrier.Samples.Cms;

/// <summary>Sends what waits: at the start, and then every two seconds for as long as something does.</summary>
internal sealed class OutboxClerk(Outbox outbox, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            do
            {
                if (outbox.State.Waiting > 0) await outbox.SendAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the outbox is a file: it is all there at the next start
        }
    }
}
