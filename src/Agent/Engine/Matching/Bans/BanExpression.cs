namespace Towncrier.Agent.Matching.Bans;

/// <summary>
/// A ban expression: tests joined by <c>&amp;&amp;</c>, all of which must hold. Reads what Varnish 7 reads, and refuses what it
/// refuses, with the position. Pure; never throws.
/// </summary>
internal sealed class BanExpression
{
    /// <summary>Most tests in one expression.</summary>
    public const int MaxTests = 100;

    private BanExpression(IReadOnlyList<BanTest> tests) => Tests = tests;

    /// <summary>At least one.</summary>
    public IReadOnlyList<BanTest> Tests { get; }

    public static bool TryParse(string text, out BanExpression? expression, out string problem)
    {
        expression = null;
        var tests = new List<BanTest>();
        var tokens = new BanTokens(text);
        while (true)
        {
            if (!TryNext(ref tokens, "a field", out var field, out problem)) return false;
            if (tests.Count == MaxTests)
            {
                problem = BanText.At(field.At, $"more than {MaxTests} tests");
                return false;
            }

            if (!TryNext(ref tokens, "an operator", out var op, out problem)) return false;
            if (!TryNext(ref tokens, "an argument", out var argument, out problem)) return false;
            if (!BanTest.TryCreate(field, op, argument, out var test, out problem)) return false;
            tests.Add(test!);
            if (!tokens.MoveNext(out problem)) break;
            if (tokens.Current.Text == "&&") continue;
            problem = BanText.At(tokens.Current.At, $"expected && between two tests, not '{tokens.Current.Text}'");
            return false;
        }

        if (problem.Length > 0) return false;
        expression = new BanExpression(tests);
        return true;
    }

    private static bool TryNext(ref BanTokens tokens, string what, out BanToken token, out string problem)
    {
        var any = tokens.MoveNext(out problem);
        token = tokens.Current;
        if (!any && problem.Length == 0) problem = BanText.At(tokens.End, $"expected {what}, and there is nothing");
        return any;
    }
}
