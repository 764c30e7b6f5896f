using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Writes descriptions of queues, topics and subscriptions, with their counts.</summary>
internal static class DescriptionWriter
{
    private static readonly XNamespace Counts = "http://schemas.microsoft.com/netservices/2011/06/servicebus";

    public static XElement OfSubscription(Subscription subscription) => Describe("SubscriptionDescription", ElementOrders.Subscription, Values(subscription.Queue, subscription.CreatedAt));

    public static XElement OfQueue(MessageQueue queue, DateTimeOffset createdAt)
    {
        var values = Values(queue, createdAt);
        foreach (var (name, value) in Sizes()) values[name] = value;
        values["DuplicateDetectionHistoryTimeWindow"] = "PT10M";
        return Describe("QueueDescription", ElementOrders.Queue, values);
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
        return Describe("TopicDescription", ElementOrders.Topic, values);
    }

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
