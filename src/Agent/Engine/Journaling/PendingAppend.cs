namespace Towncrier.Agent.Journaling;

/// <summary>A line on its way to the disk, and who waits for it.</summary>
internal sealed class PendingAppend(JournalRecord record, byte[] line)
{
    // Waiters go on elsewhere, never on the writer's time.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JournalRecord Record => record;

    public ReadOnlyMemory<byte> Line => line;

    public Task Durable => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(IOException reason)
    {
        _done.TrySetException(reason);
        // Seen here, so that a waiter who gave up leaves no unobserved exception behind.
        _ = _done.Task.Exception;
    }
}
