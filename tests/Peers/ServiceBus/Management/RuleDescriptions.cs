using System.Globalization;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>RuleDescription: its Filter, its Action (only the empty one is known here), its Name.</summary>
internal static class RuleDescriptions
{
    private static readonly XNamespace Schema = "http://www.w3.org/2001/XMLSchema";

    private static readonly string[] CorrelationNames = ["CorrelationId", "MessageId", "To", "ReplyTo", "Label", "SessionId", "ReplyToSessionId", "ContentType"];

    /// <param name="name">Null takes that of the description.</param>
    /// <exception cref="FormatException">It cannot be understood, or has an action.</exception>
    public static Rule Read(XElement description, string? name, DateTimeOffset now)
    {
        var read = new OrderedElements(description, ["Filter", "Action", "CreatedAt", "Name"]);
        if (read.Element("Action") is { } action && TypeOf(action) is not (null or "EmptyRuleAction")) throw new FormatException("Actions of rules are not known to this server.");
        return new Rule(name ?? read.Text("Name") ?? Rule.DefaultName, read.Element("Filter") is { } filter ? ReadFilter(filter) : RuleFilter.True, now);
    }

    public static XElement Write(Rule rule) => new(Atom.Connect + "RuleDescription",
        WriteFilter(rule.Filter),
        new XElement(Atom.Connect + "Action", new XAttribute(Atom.Instance + "type", "EmptyRuleAction")),
        new XElement(Atom.Connect + "CreatedAt", Atom.Time(rule.CreatedAt)),
        new XElement(Atom.Connect + "Name", rule.Name));

    private static RuleFilter ReadFilter(XElement filter) => TypeOf(filter) switch
    {
        "TrueFilter" => RuleFilter.True,
        "FalseFilter" => RuleFilter.False,
        "SqlFilter" => RuleFilter.OfSql(filter.Element(Atom.Connect + "SqlExpression")?.Value ?? throw new FormatException("A SqlFilter has a SqlExpression."), ReadValues(filter.Element(Atom.Connect + "Parameters"))),
        "CorrelationFilter" => RuleFilter.OfCorrelation(
            [.. CorrelationNames.Where(one => filter.Element(Atom.Connect + one) is not null).Select(one => KeyValuePair.Create(one, filter.Element(Atom.Connect + one)!.Value))],
            ReadValues(filter.Element(Atom.Connect + "Properties"))),
        var type => throw new FormatException($"There is no filter of the type '{type}'."),
    };

    private static XElement WriteFilter(RuleFilter filter) => new(Atom.Connect + "Filter",
        new XAttribute(Atom.Instance + "type", filter.Type),
        filter.System.Select(one => new XElement(Atom.Connect + one.Key, one.Value)),
        filter.Sql is null ? null : new XElement(Atom.Connect + "SqlExpression", filter.Sql),
        filter.Sql is null ? null : new XElement(Atom.Connect + "CompatibilityLevel", 20),
        filter.Values.Count == 0 ? null : new XElement(Atom.Connect + (filter.Sql is null ? "Properties" : "Parameters"), filter.Values.Select(WriteValue)));

    private static List<KeyValuePair<string, object>> ReadValues(XElement? values) =>
        [.. values?.Elements(Atom.Connect + "KeyValueOfstringanyType").Select(ReadValue) ?? []];

    private static KeyValuePair<string, object> ReadValue(XElement pair)
    {
        var (key, value) = (pair.Element(Atom.Connect + "Key"), pair.Element(Atom.Connect + "Value"));
        if (key is null || value is null) throw new FormatException("A property of a filter has a Key and a Value.");
        return KeyValuePair.Create<string, object>(key.Value, TypeOf(value)?.Split(':')[^1] switch
        {
            "string" => value.Value,
            "int" or "long" => long.Parse(value.Value, CultureInfo.InvariantCulture),
            "double" => double.Parse(value.Value, CultureInfo.InvariantCulture),
            "boolean" => bool.Parse(value.Value),
            "dateTime" => DateTimeOffset.Parse(value.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            var type => throw new FormatException($"There is no value of the type '{type}'."),
        });
    }

    // Clients cut the type's prefix off by its length.
    private static XElement WriteValue(KeyValuePair<string, object> pair)
    {
        var (type, text) = pair.Value switch
        {
            string value => ("string", value),
            long value => ("int", value.ToString(CultureInfo.InvariantCulture)),
            double value => ("double", value.ToString(CultureInfo.InvariantCulture)),
            bool value => ("boolean", value ? "true" : "false"),
            _ => ("dateTime", Atom.Time((DateTimeOffset)pair.Value)),
        };
        return new XElement(Atom.Connect + "KeyValueOfstringanyType",
            new XElement(Atom.Connect + "Key", pair.Key),
            new XElement(Atom.Connect + "Value", new XAttribute(XNamespace.Xmlns + "d6p1", Schema.NamespaceName), new XAttribute(Atom.Instance + "type", "d6p1:" + type), text));
    }

    private static string? TypeOf(XElement element) => element.Attribute(Atom.Instance + "type")?.Value;
}
