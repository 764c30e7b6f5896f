using System.Diagnostics;

namespace Towncrier.Peers;

/// <summary>Waits for something another process does. Looks every 5 ms, and fails by name when the deadline passes.</summary>
public static class Eventually
{
    /// <summary>Long enough for a busy two-core machine; a passing test never comes near it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Returns once <paramref name="condition"/> holds; <paramref name="what"/> names it in the failure.</summary>
    /// <exception cref="TimeoutException">The condition did not hold within <paramref name="deadline"/> (default <see cref="Deadline"/>).</exception>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, deadline);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? deadline = null)
    {
        var limit = deadline ?? Deadline;
        var start = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"not within {limit.TotalSeconds:0.#} s: {what}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Awaits <paramref name="task"/> and fails by name when it does not end in time.</summary>
    public static async Task<T> DoneAsync<T>(Task<T> task, string what, TimeSpan? deadline = null)
    {
        try
        {
            return await task.WaitAsync(deadline ?? Deadline, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not within {(deadline ?? Deadline).TotalSeconds:0.#} s: {what}");
        }
    }
}
