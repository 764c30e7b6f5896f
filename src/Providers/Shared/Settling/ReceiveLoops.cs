namespace Towncrier.Providers;

/// <summary>Loops that receive from one place. Of several, one that fails goes on alone; the link is lost when none gets through.</summary>
internal sealed class ReceiveLoops(int loops, TimeProvider clock)
{
    private int _failing; // loops whose last receive failed

    /// <summary>One of the loops, until <paramref name="end"/>.</summary>
    /// <param name="receiveAsync">Receives once.</param>
    /// <param name="isFinal">The broker refuses, and no other try would end otherwise.</param>
    /// <exception cref="IOException">The broker refuses, or none of the loops gets through.</exception>
    public async Task RunAsync(Func<Task> receiveAsync, Func<IOException, bool> isFinal, CancellationToken end)
    {
        var failures = 0; // in a row
        while (true)
        {
            end.ThrowIfCancellationRequested();
            try
            {
                await receiveAsync().ConfigureAwait(false);
                if (failures > 0) Interlocked.Decrement(ref _failing);
                failures = 0;
            }
            catch (IOException e) when (!isFinal(e))
            {
                var failing = ++failures == 1 ? Interlocked.Increment(ref _failing) : Volatile.Read(ref _failing);
                if (failing >= loops) throw;
                await Task.Delay(RetryDelays.Received(failures), clock, end).ConfigureAwait(false);
            }
        }
    }
}
