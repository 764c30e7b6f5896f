namespace Towncrier.Peers.ServiceBus;

/// <summary>A receive that waits for a message. Its result is null when its time is over.</summary>
internal sealed class Waiter(bool destroy)
{
    // Whoever waits goes on elsewhere: results are set under a queue's lock.
    private readonly TaskCompletionSource<Received?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Destroy { get; } = destroy;

    public Task<Received?> Result => _result.Task;

    public void Give(Received? received) => _result.TrySetResult(received);
}
