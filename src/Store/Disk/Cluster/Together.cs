namespace Towncrier.Store.Cluster;

/// <summary>Runs loops that are nothing without each other.</summary>
internal static class Together
{
    /// <summary>Runs all until <paramref name="stop"/>. Where one ends by an exception the others are ended, and it is thrown at once and not when the day is over.</summary>
    public static async Task RunAsync(CancellationToken stop, params IReadOnlyList<Func<CancellationToken, Task>> loops)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(loops.Select(loop => RunOneAsync(loop, end))).ConfigureAwait(false);
    }

    private static async Task RunOneAsync(Func<CancellationToken, Task> loop, CancellationTokenSource end)
    {
        try
        {
            await loop(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !end.IsCancellationRequested)
        {
            await end.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
