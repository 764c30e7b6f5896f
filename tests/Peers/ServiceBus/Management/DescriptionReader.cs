using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Reads descriptions of queues, topics and subscriptions; bounds by Microsoft's "Subscription Description" and its quotas.</summary>
internal static class DescriptionReader
{
    /// <exception cref="FormatException">A value that cannot be read or is out of its bounds.</exception>
    public static (SubscriptionSettings Settings, XElement? Rule) ReadSubscription(XElement description)
    {
        var read = new OrderedElements(description, ElementOrders.Subscription);
        return (Settings(read), read.Element("DefaultRuleDescription"));
    }

    /// <inheritdoc cref="ReadSubscription"/>
    public static SubscriptionSettings ReadQueue(XElement description) => Settings(new OrderedElements(description, ElementOrders.Queue));

    /// <inheritdoc cref="ReadSubscription"/>
    public static TopicSettings ReadTopic(XElement description)
    {
        var (read, usual) = (new OrderedElements(description, ElementOrders.Topic), new TopicSettings());
        return new TopicSettings
        {
            DefaultMessageTimeToLive = Life(read, usual.DefaultMessageTimeToLive),
            AutoDeleteOnIdle = Idle(read, usual.AutoDeleteOnIdle),
            Status = read.Text("Status") ?? usual.Status,
            UserMetadata = read.Text("UserMetadata"),
        };
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
}
