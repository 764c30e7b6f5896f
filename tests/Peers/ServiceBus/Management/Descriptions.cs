using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Descriptions of queues, topics and subscriptions; their orders are those that Microsoft's clients write.</summary>
internal static class Descriptions
{
    private static readonly XNamespace Counts = "http://schemas.microsoft.com/netservices/2011/06/servicebus";

    private static readonly string[] SubscriptionOrder =
    [
        "LockDuration", "RequiresSession", "DefaultMessageTimeToLive", "DeadLetteringOnMessageExpiration", "DeadLetteringOnFilterEvaluationExceptions",
        "DefaultRuleDescription", "MessageCount", "MaxDeliveryCount", "EnableBatchedOperations", "Status", "ForwardTo", "CreatedAt", "UpdatedAt", "AccessedAt",
        "CountDetails", "UserMetadata", "ForwardDeadLetteredMessagesTo", "AutoDeleteOnIdle", "EntityAvailabilityStatus",
    ];

    private static readonly string[] QueueOrder =
    [
        "LockDuration", "MaxSizeInMegabytes", "RequiresDuplicateDetection", "RequiresSession", "DefaultMessageTimeToLive", "DeadLetteringOnMessageExpiration",
        "DuplicateDetectionHistoryTimeWindow", "MaxDeliveryCount", "EnableBatchedOperations", "SizeInBytes", "MessageCount", "IsAnonymousAccessible", "AuthorizationRules",
        "Status", "ForwardTo", "UserMetadata", "CreatedAt", "UpdatedAt", "AccessedAt", "SupportOrdering", "CountDetails", "AutoDeleteOnIdle", "EnablePartitioning",
        "ForwardDeadLetteredMessagesTo", "EntityAvailabilityStatus", "EnableExpress", "MaxMessageSizeInKilobytes",
    ];

    private static readonly string[] TopicOrder =
    [
        "DefaultMessageTimeToLive", "MaxSizeInMegabytes", "RequiresDuplicateDetection", "DuplicateDetectionHistoryTimeWindow", "EnableBatchedOperations", "SizeInBytes",
        "FilteringMessagesBeforePublishing", "IsAnonymousAccessible", "AuthorizationRules", "Status", "CreatedAt", "UpdatedAt", "AccessedAt", "UserMetadata", "SupportOrdering",
        "CountDetails", "SubscriptionCount", "AutoDeleteOnIdle", "EnablePartitioning", "EntityAvailabilityStatus", "EnableExpress", "MaxMessageSizeInKilobytes",
    ];

    /// <exception cref="FormatException">A value that cannot be read or is out of its bounds.</exception>
    public static (SubscriptionSettings Settings, XElement? Rule) ReadSubscription(XElement description)
    {
        var read = new OrderedElements(description, SubscriptionOrder);
        return (Settings(read), read.Element("DefaultRuleDescription"));
    }

    /// <inheritdoc cref="ReadSubscription"/>
    public static SubscriptionSettings ReadQueue(XElement description) => Settings(new OrderedElements(description, QueueOrder));

    /// <inheritdoc cref="ReadSubscription"/>
    public static TopicSettings ReadTopic(XElement description)
    {
        var (read, usual) = (new OrderedElements(description, TopicOrder), new TopicSettings());
        return new TopicSettings
        {
            DefaultMessageTimeToLive = Life(read, usual.DefaultMessageTimeToLive),
            AutoDeleteOnIdle = Idle(read, usual.AutoDeleteOnIdle),
            Status = read.Text("Status") ?? usual.Status,
            UserMetadata = read.Text("UserMetadata"),
        };
    }

    public static XElement OfSubscription(Subscription subscription) => Describe("SubscriptionDescription", SubscriptionOrder, Values(subscription.Queue, subscription.CreatedAt));

    public static XElement OfQueue(MessageQueue queue, DateTimeOffset createdAt)
    {
        var values = Values(queue, createdAt);
        foreach (var (name, value) in Sizes()) values[name] = value;
        values["DuplicateDetectionHistoryTimeWindow"] = "PT10M";
        return Describe("QueueDescription", QueueOrder, values);
    }

    public static XElement OfTopic(Topic topic)
    {
        var values = Sizes();
        values["DefaultMessageTimeToLive"] = XmlConvert.ToString(topic.Settings.DefaultMessageTimeToLive);
        values["DuplicateDetectionHistoryTimeWindow"] = "PT10M";
        values["EnableBatchedOperations"] = true;
        values["Status"] = topic.Settings.Status;
        values["UserMetadata"] = topic.Settings.UserMetadata;
        values["AutoDeleteOnIdle"] = XmlConvert.ToString(topic.Settings.AutoDeleteOnIdle);
        values["SubscriptionCount"] = topic.Subscriptions.Count;
        values["CountDetails"] = CountDetails(default);
        Times(values, topic.CreatedAt);
        return Describe("TopicDescription", TopicOrder, values);
    }

    private static SubscriptionSettings Settings(OrderedElements read)
    {
        var usual = new SubscriptionSettings();
        var settings = usual with
        {
            LockDuration = read.Span("LockDuration", usual.LockDuration),
            RequiresSession = read.Truth("RequiresSession", usual.RequiresSession),
            DefaultMessageTimeToLive = Life(read, usual.DefaultMessageTimeToLive),
            DeadLetteringOnMessageExpiration = read.Truth("DeadLetteringOnMessageExpiration", usual.DeadLetteringOnMessageExpiration),
            DeadLetteringOnFilterEvaluationExceptions = read.Truth("DeadLetteringOnFilterEvaluationExceptions", usual.DeadLetteringOnFilterEvaluationExceptions),
            MaxDeliveryCount = read.Number("MaxDeliveryCount", usual.MaxDeliveryCount),
            EnableBatchedOperations = read.Truth("EnableBatchedOperations", usual.EnableBatchedOperations),
            Status = read.Text("Status") ?? usual.Status,
            ForwardTo = read.Text("ForwardTo"),
            UserMetadata = read.Text("UserMetadata"),
            ForwardDeadLetteredMessagesTo = read.Text("ForwardDeadLetteredMessagesTo"),
            AutoDeleteOnIdle = Idle(read, usual.AutoDeleteOnIdle),
        };
        if (settings.LockDuration < TimeSpan.FromSeconds(5) || settings.LockDuration > TimeSpan.FromMinutes(5)) throw new FormatException("The LockDuration is not from 5 seconds to 5 minutes.");
        if (settings.MaxDeliveryCount is < 1 or > 2000) throw new FormatException("The MaxDeliveryCount is not from 1 to 2000.");
        if (settings.UserMetadata?.Length > 1024) throw new FormatException("The UserMetadata is longer than 1024 characters.");
        return settings;
    }

    private static TimeSpan Life(OrderedElements read, TimeSpan usual) =>
        read.Span("DefaultMessageTimeToLive", usual) is var life && life >= TimeSpan.FromSeconds(1) ? life : throw new FormatException("The DefaultMessageTimeToLive is less than a second.");

    private static TimeSpan Idle(OrderedElements read, TimeSpan usual) =>
        read.Span("AutoDeleteOnIdle", usual) is var idle && idle >= TimeSpan.FromMinutes(5) ? idle : throw new FormatException("The AutoDeleteOnIdle is less than 5 minutes.");

    private static Dictionary<string, object?> Values(MessageQueue queue, DateTimeOffset createdAt)
    {
        var (settings, counts) = (queue.Settings, queue.Count());
        var values = new Dictionary<string, object?>
        {
            ["LockDuration"] = XmlConvert.ToString(settings.LockDuration),
            ["RequiresSession"] = settings.RequiresSession,
            ["DefaultMessageTimeToLive"] = XmlConvert.ToString(settings.DefaultMessageTimeToLive),
            ["DeadLetteringOnMessageExpiration"] = settings.DeadLetteringOnMessageExpiration,
            ["DeadLetteringOnFilterEvaluationExceptions"] = settings.DeadLetteringOnFilterEvaluationExceptions,
            ["MessageCount"] = counts.Active + counts.Locked + counts.DeadLettered + counts.Scheduled,
            ["MaxDeliveryCount"] = settings.MaxDeliveryCount,
            ["EnableBatchedOperations"] = settings.EnableBatchedOperations,
            ["Status"] = settings.Status,
            ["ForwardTo"] = settings.ForwardTo,
            ["UserMetadata"] = settings.UserMetadata,
            ["ForwardDeadLetteredMessagesTo"] = settings.ForwardDeadLetteredMessagesTo,
            ["AutoDeleteOnIdle"] = XmlConvert.ToString(settings.AutoDeleteOnIdle),
            ["EntityAvailabilityStatus"] = "Available",
            ["CountDetails"] = CountDetails(counts),
        };
        Times(values, createdAt);
        return values;
    }

    private static Dictionary<string, object?> Sizes() => new()
    {
        ["MaxSizeInMegabytes"] = 1024,
        ["RequiresDuplicateDetection"] = false,
        ["SizeInBytes"] = 0,
        ["IsAnonymousAccessible"] = false,
        ["SupportOrdering"] = true,
        ["EnablePartitioning"] = false,
        ["EntityAvailabilityStatus"] = "Available",
        ["EnableExpress"] = false,
        ["MaxMessageSizeInKilobytes"] = 256,
    };

    private static void Times(Dictionary<string, object?> values, DateTimeOffset createdAt) =>
        values["CreatedAt"] = values["UpdatedAt"] = values["AccessedAt"] = Atom.Time(createdAt);

    // Clients look for the elements by this prefix. Locked messages are active ones.
    private static XElement CountDetails(MessageCounts counts) => new(Atom.Connect + "CountDetails", new XAttribute(XNamespace.Xmlns + "d2p1", Counts.NamespaceName),
        new XElement(Counts + "ActiveMessageCount", counts.Active + counts.Locked),
        new XElement(Counts + "DeadLetterMessageCount", counts.DeadLettered),
        new XElement(Counts + "ScheduledMessageCount", counts.Scheduled),
        new XElement(Counts + "TransferMessageCount", 0),
        new XElement(Counts + "TransferDeadLetterMessageCount", 0));

    private static XElement Describe(string name, IEnumerable<string> order, Dictionary<string, object?> values)
    {
        var description = new XElement(Atom.Connect + name);
        foreach (var one in order)
        {
            if (!values.TryGetValue(one, out var value) || value is null) continue;
            description.Add(value as XElement ?? new XElement(Atom.Connect + one, value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)));
        }

        return description;
    }
}
