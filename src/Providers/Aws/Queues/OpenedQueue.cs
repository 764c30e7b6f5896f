namespace Towncrier.Providers.Aws.Queues;

/// <summary>A queue that is there and can be read.</summary>
/// <param name="Retention">How long it keeps messages; null when the queue may not be asked.</param>
/// <param name="DeadLetters">It hands poison to a dead-letter queue by itself; null when the queue may not be asked.</param>
/// <param name="IsNew">It was made just now: nothing that was published before is in it.</param>
/// <param name="Made">When it was made, in whole seconds; null when the queue may not be asked. One of the same name that was made at another time is another queue.</param>
internal sealed record OpenedQueue(string Url, string Arn, TimeSpan? Retention, bool? DeadLetters, bool IsNew, DateTimeOffset? Made = null)
{
    public KeptPlace Kept => new("queue", IsNew, Retention, Made);
}
