using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// The ATOM management. PUT creates (201; 409 when it is there) and with If-Match changes (200); GET of a queue or topic that
/// is not there is 200 with an empty feed (Azure/azure-sdk-for-js#10144), of a subscription or rule 404.
/// </summary>
internal sealed class ManagementCalls(Broker broker, TimeProvider clock)
{
    private const int MostBytes = 1024 * 1024;
    private const int MostOfAPage = 100;

    public async Task<Answer> WorkAsync(CallIn call)
    {
        try
        {
            if (call.Path.Kind is PathKind.Resources or PathKind.Subscriptions or PathKind.Rules or PathKind.NamespaceInfo)
                return call.Method == "GET" ? List(call) : Error(call, 405, "The specified HTTP verb is not valid on the requested resource.");
            return call.Method switch
            {
                "GET" => Get(call),
                "PUT" => Put(call, await call.ReadBodyAsync(MostBytes) ?? []),
                "DELETE" => Delete(call) ? Answer.Ok : Error(call, 404, "No service is hosted at the specified address."),
                _ => Error(call, 405, "The specified HTTP verb is not valid on the requested resource."),
            };
        }
        catch (Exception e) when (e is FormatException or XmlException or OverflowException)
        {
            return Error(call, 400, $"SubCode=40000. Bad Request. {e.Message}");
        }
    }

    private Answer Get(CallIn call)
    {
        var path = call.Path;
        if (path.Subscription is null)
        {
            var entry = broker.FindTopic(path.Entity) is { } topic ? Entry(call, topic)
                : broker.Queues.FirstOrDefault(one => one.Name.Equals(path.Entity, StringComparison.OrdinalIgnoreCase)) is { Queue: not null } queue ? Entry(call, queue) : null;
            return Answer.OfXml(200, entry ?? Atom.Feed(call.Origin, "Publicly Listed Services", clock.GetUtcNow(), [], null));
        }

        if (Subscription(path) is not { } subscription) return NotThere(call);
        if (path.Id is null) return Answer.OfXml(200, Entry(call, path.Entity, subscription));
        return subscription.Find(path.Id) is { } rule ? Answer.OfXml(200, Entry(call, rule)) : NotThere(call);
    }

    private Answer Put(CallIn call, byte[] body)
    {
        var (path, change) = (call.Path, call.Request.Headers.IfMatch.Count > 0);
        if (path.Subscription is null) return EntityNames.IsEntity(path.Entity) ? PutEntity(call, body, change) : BadName(call, path.Entity);
        if (broker.FindTopic(path.Entity) is not { } topic) return NotThere(call);
        if (path.Id is not null) return PutRule(call, body, change);
        if (!EntityNames.IsSubscription(path.Subscription)) return BadName(call, path.Subscription);
        var (settings, ruleDescription) = DescriptionReader.ReadSubscription(Description(body, "SubscriptionDescription"));
        var rule = ruleDescription is null ? null : RuleDescriptions.Read(ruleDescription, null, clock.GetUtcNow());
        if (change)
        {
            if (topic.Find(path.Subscription) is not { } there) return NotThere(call);
            there.Queue.Change(settings);
            return Answer.OfXml(200, Entry(call, path.Entity, there));
        }

        return broker.TryAddSubscription(topic, path.Subscription, settings, rule) ? Get(call) with { Status = 201 } : Conflict(call);
    }

    private Answer PutEntity(CallIn call, byte[] body, bool change)
    {
        var name = call.Path.Entity;
        var (topic, queue) = (broker.FindTopic(name), broker.FindQueue(name));
        if (Atom.Description(body, "QueueDescription") is { } description)
        {
            var settings = DescriptionReader.ReadQueue(description);
            if (change && queue is not null) queue.Change(settings);
            else if (change) return NotThere(call);
            else if (!broker.TryAddQueue(name, settings)) return Conflict(call);
        }
        else
        {
            var settings = DescriptionReader.ReadTopic(Description(body, "TopicDescription"));
            if (change && topic is not null) topic.Settings = settings;
            else if (change) return NotThere(call);
            else if (!broker.TryAddTopic(name, settings)) return Conflict(call);
        }

        return Get(call) with { Status = change ? 200 : 201 };
    }

    private Answer PutRule(CallIn call, byte[] body, bool change)
    {
        var (path, rule) = (call.Path, RuleDescriptions.Read(Description(body, "RuleDescription"), call.Path.Id, clock.GetUtcNow()));
        if (path.Id != Rule.DefaultName && !EntityNames.IsSubscription(path.Id!)) return BadName(call, path.Id!);
        if (Subscription(path) is not { } subscription || (change && subscription.Find(rule.Name) is null)) return NotThere(call);
        if (change) subscription.ReplaceRule(rule);
        else if (!subscription.AddRule(rule)) return Conflict(call);
        return Answer.OfXml(change ? 200 : 201, Entry(call, rule));
    }

    private bool Delete(CallIn call) => call.Path switch
    {
        { Subscription: null } path => broker.Remove(path.Entity),
        { Id: null } path => broker.RemoveSubscription(path.Entity, path.Subscription),
        var path => Subscription(path)?.RemoveRule(path.Id) == true,
    };

    private Answer List(CallIn call)
    {
        var path = call.Path;
        IEnumerable<XElement>? entries = path.Kind switch
        {
            PathKind.NamespaceInfo => [],
            PathKind.Resources when path.Entity.Equals("Topics", StringComparison.OrdinalIgnoreCase) => broker.Topics.Select(one => Entry(call, one)),
            PathKind.Resources => broker.Queues.Select(one => Entry(call, one)),
            PathKind.Subscriptions => broker.FindTopic(path.Entity)?.Subscriptions.OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => Entry(call, path.Entity, one)),
            _ => Subscription(path)?.Rules.Select(one => Entry(call, one)),
        };
        if (path.Kind == PathKind.NamespaceInfo) return Answer.OfXml(200, Entry(call));
        if (entries is null) return NotThere(call);
        var (skip, top) = (Number(call, "$skip", 0), Math.Min(Number(call, "$top", MostOfAPage), MostOfAPage));
        var page = entries.Skip(skip).Take(top + 1).ToList();
        var id = call.Origin + call.Request.Path.ToUriComponent();
        var next = page.Count > top ? string.Create(CultureInfo.InvariantCulture, $"{id}?$skip={skip + top}&$top={top}&api-version=2021-05") : null;
        return Answer.OfXml(200, Atom.Feed(id, path.Kind.ToString(), clock.GetUtcNow(), page.Take(top), next), "application/atom+xml;type=feed;charset=utf-8");
    }

    private static int Number(CallIn call, string name, int otherwise) =>
        int.TryParse(call.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static XElement Description(byte[] body, string name) => Atom.Description(body, name) ?? throw new FormatException($"There is no {name} in the entry.");

    private Subscription? Subscription(RequestPath path) => broker.FindTopic(path.Entity)?.Find(path.Subscription!);

    private static XElement Entry(CallIn call, Topic topic) => Atom.Entry($"{call.Origin}/{topic.Name}", topic.Name, topic.CreatedAt, DescriptionWriter.OfTopic(topic));

    private static XElement Entry(CallIn call, (MessageQueue Queue, DateTimeOffset CreatedAt, string Name) queue) =>
        Atom.Entry($"{call.Origin}/{queue.Name}", queue.Name, queue.CreatedAt, DescriptionWriter.OfQueue(queue.Queue, queue.CreatedAt));

    private static XElement Entry(CallIn call, string topic, Subscription subscription) =>
        Atom.Entry($"{call.Origin}/{topic}/Subscriptions/{subscription.Name}", subscription.Name, subscription.CreatedAt, DescriptionWriter.OfSubscription(subscription));

    private static XElement Entry(CallIn call, Rule rule) =>
        Atom.Entry($"{call.Origin}/{call.Path.Entity}/Subscriptions/{call.Path.Subscription}/Rules/{rule.Name}", rule.Name, rule.CreatedAt, RuleDescriptions.Write(rule));

    private XElement Entry(CallIn call) => Atom.Entry($"{call.Origin}/$namespaceinfo", "NamespaceInfo", clock.GetUtcNow(), new XElement(Atom.Connect + "NamespaceInfo",
        new XElement(Atom.Connect + "CreatedTime", Atom.Time(clock.GetUtcNow())),
        new XElement(Atom.Connect + "MessagingSKU", "Standard"),
        new XElement(Atom.Connect + "ModifiedTime", Atom.Time(clock.GetUtcNow())),
        new XElement(Atom.Connect + "Name", "towncrier"),
        new XElement(Atom.Connect + "NamespaceType", "Messaging")));

    private Answer NotThere(CallIn call) => Error(call, 404, $"SubCode=40400. Not Found. The messaging entity 'sb://{call.Request.Host.Host}/{call.Path.Address}' could not be found.");

    private Answer Conflict(CallIn call) => Error(call, 409, $"SubCode=40900. Conflict. The entity '{call.Path.Address}' is there already.");

    private Answer BadName(CallIn call, string name) => Error(call, 400, $"SubCode=40000. '{name}' contains characters that are not allowed, or is too long.");

    private Answer Error(CallIn call, int status, string detail) => Answer.Error(status, detail, call.Path.Address, clock.GetUtcNow());
}
