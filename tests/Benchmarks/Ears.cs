namespace Towncrier.Benchmarks;

/// <summary>What a source is given here: it keeps nothing, and a refusal ends the run.</summary>
internal sealed class Ears : ISourceContext
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when whatever is sent from then on arrives.</summary>
    public Task WhenConnected => _connected.Task;

    public string? PositionOf(string channel) => null;

    public void Keep(string channel, string position)
    {
        // Nothing starts again here.
    }

    public void Connected(string channel) => _connected.TrySetResult();

    public ValueTask GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

    public void Refused(string channel, Refusal refusal) => throw new InvalidOperationException(refusal.Message);
}
