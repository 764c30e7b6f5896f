using Microsoft.Win32.SafeHandles;

namespace Towncrier.Store.Reading;

/// <summary>
/// Keeps files open for a moment after they were given back by who had their path: a send by path that has just begun still
/// opens them, deleted or not. Bounded; beyond that they are closed at once. Safe for any thread.
/// </summary>
internal sealed class Lingering(Func<TimeSpan> delay, TimeProvider clock)
{
    private const int Most = 2000;

    private int _count;

    public void Close(SafeFileHandle file)
    {
        var left = delay();
        if (left <= TimeSpan.Zero || Interlocked.Increment(ref _count) > Most)
        {
            if (left > TimeSpan.Zero) Interlocked.Decrement(ref _count);
            file.Dispose();
            return;
        }

        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                file.Dispose();
                Interlocked.Decrement(ref _count);
                timer?.Dispose();
            },
            null, left, Timeout.InfiniteTimeSpan);
    }
}
