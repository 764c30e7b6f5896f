namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>What is to become of a message at the broker.</summary>
/// <param name="Reason">Why it is dead-lettered; null when it is not.</param>
internal readonly record struct Verdict(bool IsHandedBack, string? Reason)
{
    public static Verdict Done => default;

    public static Verdict HandedBack => new(true, null);
}

/// <summary>A message between its arrival and its settlement. MassTransit waits for the verdict before it acknowledges.</summary>
internal sealed class Held(byte[] body, IReadOnlyDictionary<string, string> headers, string? id, DateTimeOffset? sentAt, DateTimeOffset arrived, int before)
{
    private readonly TaskCompletionSource<Verdict> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public byte[] Body => body;

    public IReadOnlyDictionary<string, string> Headers => headers;

    public string? Id => id;

    public DateTimeOffset? SentAt => sentAt;

    public DateTimeOffset Arrived => arrived;

    /// <summary>How often it was delivered, here and, as far as the broker tells, before.</summary>
    public int Attempts { get; set; } = before;

    public Task<Verdict> Verdict => _verdict.Task;

    /// <summary>The first verdict counts.</summary>
    public void Decide(Verdict verdict) => _verdict.TrySetResult(verdict);
}
