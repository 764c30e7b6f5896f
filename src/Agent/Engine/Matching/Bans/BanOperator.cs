namespace Towncrier.Agent.Matching.Bans;

/// <summary>How a field and an argument are compared.</summary>
internal enum BanOperator : byte
{
    Equal,
    NotEqual,
    Matches,
    MatchesNot,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>The operators' names. As in Varnish, texts are not ordered and durations are not matched.</summary>
internal static class BanOperators
{
    public static bool TryParse(string text, bool duration, out BanOperator op, out string problem)
    {
        BanOperator? known = text switch
        {
            "==" => BanOperator.Equal,
            "!=" => BanOperator.NotEqual,
            "~" when !duration => BanOperator.Matches,
            "!~" when !duration => BanOperator.MatchesNot,
            ">" when duration => BanOperator.Greater,
            ">=" when duration => BanOperator.GreaterOrEqual,
            "<" when duration => BanOperator.Less,
            "<=" when duration => BanOperator.LessOrEqual,
            _ => null,
        };
        op = known ?? default;
        problem = known is not null ? "" : $"expected {(duration ? "==, !=, >, >=, < or <=" : "==, !=, ~ or !~")}, not '{text}'";
        return known is not null;
    }
}
