using System.Diagnostics;

namespace Towncrier.Benchmarks;

/// <summary>Reads a source and completes what comes, as an agent does that has nothing to purge.</summary>
internal static class Reader
{
    private static readonly InvalidationReport Done = new() { Id = "", State = InvalidationState.Applied };

    /// <summary>Until so many have come and are completed.</summary>
    /// <param name="seen">Told of each as it comes.</param>
    public static async Task ReadAsync(IInvalidationSource source, int count, Ears ears, Action<Delivery>? seen = null)
    {
        using var end = new CancellationTokenSource();
        var settling = new List<Task>(count);
        try
        {
            await foreach (var delivery in source.ReadAsync(ears, end.Token))
            {
                seen?.Invoke(delivery);
                settling.Add(delivery.CompleteAsync(Done, CancellationToken.None).AsTask());
                if (settling.Count == count) await end.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            await Task.WhenAll(settling); // stopped, a source has settled what was completed
        }
    }

    /// <summary>Messages a second.</summary>
    public static async Task<double> RateAsync(IInvalidationSource source, int count)
    {
        var began = Stopwatch.GetTimestamp();
        await ReadAsync(source, count, new Ears());
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
