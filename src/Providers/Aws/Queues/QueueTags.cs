using System.Globalization;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>The tags that say whose a queue is.</summary>
/// <param name="MadeBy"><c>agent</c>, or whoever else made it, such as <c>terraform</c>; null when nobody says.</param>
/// <param name="Beat">When the host last said that it lives.</param>
/// <param name="Subscription">The ARN of the queue's subscription.</param>
internal sealed record QueueTags(string? Fleet, string? Host, string? MadeBy, string? Topic, DateTimeOffset? Beat, string? Subscription)
{
    public const string Agent = "agent";

    private const string Mark = "towncrier:";

    public static QueueTags Read(IReadOnlyDictionary<string, string> tags) => new(
        tags.GetValueOrDefault(Mark + "fleet"),
        tags.GetValueOrDefault(Mark + "host"),
        tags.GetValueOrDefault(Mark + "made-by"),
        tags.GetValueOrDefault(Mark + "topic"),
        Time(tags.GetValueOrDefault(Mark + "beat")),
        tags.GetValueOrDefault(Mark + "subscription"));

    /// <summary>A host's queue that an agent of this fleet made: the only kind that is ever changed or removed.</summary>
    public bool IsAgents(string fleet) => MadeBy == Agent && Host is not null && Fleet == fleet;

    /// <summary>Those that are known, as SQS keeps them.</summary>
    public IReadOnlyDictionary<string, string> Written()
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (value is not null) tags[Mark + name] = value;
        }

        Add("fleet", Fleet);
        Add("host", Host);
        Add("made-by", MadeBy);
        Add("topic", Topic);
        Add("beat", Beat?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Add("subscription", Subscription);
        return tags;
    }

    private static DateTimeOffset? Time(string? text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
