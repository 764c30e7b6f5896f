namespace Towncrier;

/// <summary>
/// One message as a provider received it, and the ways to settle it. Exactly one of Complete, Abandon and Reject is
/// called, once; <see cref="AcceptAsync"/> may come before it. Bodies are owned by the delivery until it is settled.
/// </summary>
public abstract class Delivery
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    /// <summary>The message's bytes, with their envelope if they came in one.</summary>
    public abstract ReadOnlyMemory<byte> Body { get; }

    /// <summary>The metric label of where it came from, such as <c>http</c> or <c>redis:varnish.purge</c>.</summary>
    public abstract string Source { get; }

    /// <summary>Fields that came beside the body, by lower-case name; envelopes in binary form are in them.</summary>
    public virtual IReadOnlyDictionary<string, string> Headers => NoHeaders;

    /// <summary>What the transport calls it; becomes the id of a message that brings none. The same on each redelivery.</summary>
    public virtual string? TransportId => null;

    /// <summary>When the transport took it; becomes the time of issue of a message that brings none.</summary>
    public virtual DateTimeOffset? SentAt => null;

    /// <summary>How often it was delivered, this time included.</summary>
    public virtual int Attempt => 1;

    /// <summary>
    /// The sender is answered as soon as the message is durable here and does not wait for the report. The message is
    /// then journalled before <see cref="AcceptAsync"/> and applied even if the agent dies in between.
    /// </summary>
    public virtual bool AnswersOnAccept => false;

    /// <summary>The message is understood and has this id. With <see cref="AnswersOnAccept"/> it is also durable.</summary>
    public virtual ValueTask AcceptAsync(string id, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>It is applied and journalled. The broker may forget it.</summary>
    public abstract ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel);

    /// <summary>It could not be applied now; the broker shall deliver it again.</summary>
    public abstract ValueTask AbandonAsync(string reason, CancellationToken cancel);

    /// <summary>It will never be applied; the broker shall dead-letter or drop it.</summary>
    public abstract ValueTask RejectAsync(Refusal refusal, CancellationToken cancel);
}
