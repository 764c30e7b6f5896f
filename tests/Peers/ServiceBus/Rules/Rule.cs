namespace Towncrier.Peers.ServiceBus;

/// <summary>A subscription's rule.</summary>
internal sealed record Rule(string Name, RuleFilter Filter, DateTimeOffset CreatedAt)
{
    public const string DefaultName = "$Default";

    /// <summary>Null takes everything.</summary>
    /// <exception cref="FormatException">It is not SQL of a rule.</exception>
    public static Rule OfSql(string name, string? sql, DateTimeOffset now) => new(name, sql is null ? RuleFilter.True : RuleFilter.OfSql(sql, []), now);
}
