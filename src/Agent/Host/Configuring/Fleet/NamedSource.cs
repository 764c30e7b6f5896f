using System.Runtime.CompilerServices;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>
/// A source with the name the file gives it in its labels: <c>redis:cms</c> is <c>redis:NAME/cms</c>. So two brokers whose
/// channels have the same name can be read by one process, and their positions and metrics be told apart.
/// </summary>
internal sealed class NamedSource(string name, IInvalidationSource source) : IInvalidationSource, IDisposable
{
    public string Name => source.Name;

    public IReadOnlyList<string> Channels { get; } = [.. source.Channels.Select(channel => Label(name, source.Name, channel))];

    public SourceTraits Traits => source.Traits;

    /// <summary>A channel's label with the name in it; the kind, if it is there, stays in front.</summary>
    public static string Label(string name, string kind, string channel)
        => channel.StartsWith(kind + ":", StringComparison.Ordinal) ? $"{kind}:{name}/{channel[(kind.Length + 1)..]}" : $"{name}/{channel}";

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var delivery in source.ReadAsync(new NamedContext(this, context), stop).ConfigureAwait(false))
            yield return new NamedDelivery(this, delivery);
    }

    public void Dispose() => (source as IDisposable)?.Dispose();

    private string Label(string channel) => Label(name, source.Name, channel);

    private sealed class NamedContext(NamedSource named, ISourceContext context) : ISourceContext
    {
        public string? PositionOf(string channel) => context.PositionOf(named.Label(channel));

        public void Keep(string channel, string position) => context.Keep(named.Label(channel), position);

        public void Connected(string channel) => context.Connected(named.Label(channel));

        public ValueTask GapAsync(Gap gap, CancellationToken cancel) => context.GapAsync(gap with { Channel = named.Label(gap.Channel) }, cancel);

        public void Refused(string channel, Refusal refusal) => context.Refused(named.Label(channel), refusal);
    }

    private sealed class NamedDelivery(NamedSource named, Delivery delivery) : Delivery
    {
        public override ReadOnlyMemory<byte> Body => delivery.Body;

        public override string Source { get; } = named.Label(delivery.Source);

        public override IReadOnlyDictionary<string, string> Headers => delivery.Headers;

        // An id made of a channel and a place in it, as with streams of Redis, is another server's, too.
        public override string? TransportId => delivery.TransportId is { } id && id.StartsWith(delivery.Source + ":", StringComparison.Ordinal)
            ? Source + id[delivery.Source.Length..]
            : delivery.TransportId;

        public override DateTimeOffset? SentAt => delivery.SentAt;

        public override int Attempt => delivery.Attempt;

        public override bool AnswersOnAccept => delivery.AnswersOnAccept;

        public override ValueTask AcceptAsync(string id, CancellationToken cancel) => delivery.AcceptAsync(id, cancel);

        public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel) => delivery.CompleteAsync(report, cancel);

        public override ValueTask AbandonAsync(string reason, CancellationToken cancel) => delivery.AbandonAsync(reason, cancel);

        public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) => delivery.RejectAsync(refusal, cancel);
    }
}
