namespace Towncrier.Peers.ServiceBus;

/// <summary>What a rule lets through, and how its description says it.</summary>
/// <param name="Type">TrueFilter, FalseFilter, SqlFilter or CorrelationFilter.</param>
/// <param name="Sql">What the description says; for the true and the false filter, too. Null in a correlation filter.</param>
/// <param name="Values">The SQL's parameters, or the application properties of a correlation filter.</param>
/// <param name="System">The broker properties of a correlation filter.</param>
internal sealed record RuleFilter(
    string Type, string? Sql, IReadOnlyList<KeyValuePair<string, object>> Values, IReadOnlyList<KeyValuePair<string, string>> System, Func<Message, bool?> Condition)
{
    public static RuleFilter True { get; } = new("TrueFilter", "1=1", [], [], _ => true);

    public static RuleFilter False { get; } = new("FalseFilter", "1=0", [], [], _ => false);

    /// <exception cref="FormatException">It is not SQL of a rule; the message says where.</exception>
    public static RuleFilter OfSql(string sql, IReadOnlyList<KeyValuePair<string, object>> parameters) =>
        new("SqlFilter", sql, parameters, [], SqlRule.Compile(sql, parameters));

    /// <summary>Everything it names must be equal, strings by case.</summary>
    public static RuleFilter OfCorrelation(IReadOnlyList<KeyValuePair<string, string>> system, IReadOnlyList<KeyValuePair<string, object>> user) =>
        new("CorrelationFilter", null, user, system, message =>
            system.All(one => (one.Key == "ContentType" ? message.ContentType : message.Properties.Of(one.Key)) == one.Value)
            && user.All(one => SqlValue.Compare(message.UserProperty(one.Key), one.Value) == 0));

    /// <summary>What is unknown does not match.</summary>
    public bool Matches(Message message) => Condition(message) == true;
}
