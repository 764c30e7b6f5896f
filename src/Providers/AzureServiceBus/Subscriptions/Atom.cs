using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>
/// Subscriptions and rules as ATOM entries. Pure. The elements stand in the order of the service's data contract: one that
/// comes too late is passed over without a word (Microsoft's clients write them so, too).
/// </summary>
internal static class Atom
{
    private static readonly XNamespace Feed = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Connect = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <param name="filter">With the rule <c>$Default</c> of this filter; null leaves the rules alone.</param>
    public static byte[] Subscription(SubscriptionShape shape, SqlRule? filter) => Entry(new XElement(Connect + "SubscriptionDescription",
        new XElement(Connect + "LockDuration", XmlConvert.ToString(shape.Lock)),
        new XElement(Connect + "RequiresSession", "false"),
        new XElement(Connect + "DefaultMessageTimeToLive", XmlConvert.ToString(shape.Retention)),
        new XElement(Connect + "DeadLetteringOnMessageExpiration", "false"), // dead letters never expire; what was not read in time is told as a gap
        new XElement(Connect + "DeadLetteringOnFilterEvaluationExceptions", "true"),
        filter is null ? null : new XElement(Connect + "DefaultRuleDescription", RuleParts(filter)),
        new XElement(Connect + "MaxDeliveryCount", shape.MostDeliveries.ToString(CultureInfo.InvariantCulture)),
        new XElement(Connect + "EnableBatchedOperations", "true"),
        new XElement(Connect + "Status", "Active"),
        new XElement(Connect + "UserMetadata", shape.Owner),
        new XElement(Connect + "AutoDeleteOnIdle", XmlConvert.ToString(shape.IdleDelete))));

    public static byte[] Rule(SqlRule rule) => Entry(new XElement(Connect + "RuleDescription", RuleParts(rule)));

    /// <summary>False when there is none in the answer: Service Bus may answer with an empty feed for what is not there.</summary>
    public static bool TryReadSubscription(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out FoundSubscription? found)
    {
        found = Description(body, "SubscriptionDescription") is { } description
            ? new FoundSubscription(
                new SubscriptionShape(Time(description, "LockDuration"), Time(description, "DefaultMessageTimeToLive"), Number(description, "MaxDeliveryCount"), Time(description, "AutoDeleteOnIdle"), Text(description, "UserMetadata")),
                Date(description, "CreatedAt"))
            : null;
        return found is not null;
    }

    /// <summary>False when there is none in the answer.</summary>
    public static bool TryReadRule(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out SqlRule? rule)
    {
        rule = null;
        if (Description(body, "RuleDescription") is not { } description) return false;
        var filter = description.Element(Connect + "Filter");
        rule = new SqlRule(filter?.Attribute(Instance + "type")?.Value switch
        {
            "TrueFilter" => null,
            "SqlFilter" => filter.Element(Connect + "SqlExpression")?.Value,
            var other => other ?? "", // no SQL is: it is replaced
        });
        return true;
    }

    private static IEnumerable<XElement> RuleParts(SqlRule rule)
    {
        yield return rule.Sql is null
            ? new XElement(Connect + "Filter", new XAttribute(Instance + "type", "TrueFilter"), new XElement(Connect + "SqlExpression", "1=1"), new XElement(Connect + "CompatibilityLevel", 20))
            : new XElement(Connect + "Filter", new XAttribute(Instance + "type", "SqlFilter"), new XElement(Connect + "SqlExpression", rule.Sql), new XElement(Connect + "CompatibilityLevel", 20));
        yield return new XElement(Connect + "Action", new XAttribute(Instance + "type", "EmptyRuleAction"));
        yield return new XElement(Connect + "Name", SqlRule.Name);
    }

    private static byte[] Entry(XElement description) => Encoding.UTF8.GetBytes(new XElement(Feed + "entry",
        new XElement(Feed + "content", new XAttribute("type", "application/xml"), new XAttribute(XNamespace.Xmlns + "i", Instance.NamespaceName), description)).ToString(SaveOptions.DisableFormatting));

    private static XElement? Description(ReadOnlyMemory<byte> body, string name) =>
        ErrorDetail.TryParse(body, out var root) ? root!.DescendantsAndSelf(Connect + name).FirstOrDefault() : null;

    private static string? Text(XElement description, string name) => description.Element(Connect + name)?.Value;

    private static int Number(XElement description, string name) => int.TryParse(Text(description, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // What does not say, or cannot be told, is for ever.
    private static TimeSpan Time(XElement description, string name)
    {
        try
        {
            return Text(description, name) is { Length: > 0 } text ? XmlConvert.ToTimeSpan(text) : TimeSpan.MaxValue;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return TimeSpan.MaxValue;
        }
    }

    private static DateTimeOffset? Date(XElement description, string name) =>
        DateTimeOffset.TryParse(Text(description, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? DateTimeOffset.FromUnixTimeSeconds(date.ToUnixTimeSeconds()) : null;
}

/// <summary>The rule <c>$Default</c>, which every subscription begins with.</summary>
/// <param name="Sql">Null: everything.</param>
internal sealed record SqlRule(string? Sql)
{
    public const string Name = "$Default";
}
