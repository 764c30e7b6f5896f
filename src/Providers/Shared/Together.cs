namespace Towncrier.Providers;

/// <summary>Runs tasks that only make sense together.</summary>
internal static class Together
{
    /// <summary>Until the first of them ends: the others are then cancelled and awaited, and the first one's failure is the outcome.</summary>
    public static async Task RunAsync(CancellationToken stop, params IReadOnlyList<Func<CancellationToken, Task>> runs)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var tasks = runs.Select(run => run(end.Token)).ToList();
        var first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }
}
