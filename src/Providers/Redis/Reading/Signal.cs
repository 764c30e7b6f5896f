namespace Towncrier.Providers.Redis.Reading;

/// <summary>
/// Wakes whoever waits. Take <see cref="Next"/> before looking at what is waited for: a pulse in between is then not missed.
/// </summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
