namespace Towncrier.Providers;

/// <summary>What becomes of a message once the agent has judged it. Thread-safe.</summary>
internal interface IVerdicts
{
    ValueTask CompleteAsync(Held held, CancellationToken cancel);

    /// <param name="attempt">Of the delivery that is judged; the message may have come again meanwhile.</param>
    ValueTask AbandonAsync(Held held, int attempt, CancellationToken cancel);

    /// <inheritdoc cref="AbandonAsync"/>
    ValueTask RejectAsync(Held held, int attempt, CancellationToken cancel);
}
