using System.Text;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>One condition of a ban expression: a field, an operator and an argument.</summary>
/// <param name="Header">The header's name, of <see cref="BanField.Header"/>.</param>
/// <param name="Argument">What texts are compared with, byte for byte.</param>
/// <param name="Seconds">What durations are compared with.</param>
/// <param name="Regex">Of <see cref="BanOperator.Matches"/> and its opposite.</param>
internal sealed record BanTest(BanField Field, byte[] Header, BanOperator Operator, byte[] Argument, double Seconds, RegexPattern? Regex)
{
    /// <summary>
    /// What holds for an entry that has no such header. As in Varnish, it differs from every text, but is neither matched
    /// nor not matched by an expression.
    /// </summary>
    public bool HoldsForNothing => Operator == BanOperator.NotEqual;

    public bool Holds(ReadOnlySpan<byte> text) => Operator switch
    {
        BanOperator.Equal => text.SequenceEqual(Argument),
        BanOperator.NotEqual => !text.SequenceEqual(Argument),
        BanOperator.Matches => Regex!.IsMatch(text),
        _ => !Regex!.IsMatch(text),
    };

    public bool Holds(double seconds) => Operator switch
    {
        BanOperator.Equal => seconds.Equals(Seconds),
        BanOperator.NotEqual => !seconds.Equals(Seconds),
        BanOperator.Greater => seconds > Seconds,
        BanOperator.GreaterOrEqual => seconds >= Seconds,
        BanOperator.Less => seconds < Seconds,
        _ => seconds <= Seconds,
    };

    /// <summary>Builds a test from its three words.</summary>
    /// <param name="problem">With its position.</param>
    public static bool TryCreate(BanToken field, BanToken op, BanToken argument, out BanTest? test, out string problem)
    {
        test = null;
        if (!BanFields.TryParse(field.Text, out var known, out var header, out problem)) return Fail(field, ref problem);
        var duration = BanFields.IsDuration(known);
        if (!BanOperators.TryParse(op.Text, duration, out var comparison, out problem)) return Fail(op, ref problem);
        var seconds = 0.0;
        if (duration && !BanDuration.TryParse(argument.Text, out seconds))
        {
            problem = $"expected a duration such as 90s, 1.5h or 2d (ms, s, m, h, d, w, y), not '{argument.Text}'";
            return Fail(argument, ref problem);
        }

        RegexPattern? regex = null;
        if (comparison is BanOperator.Matches or BanOperator.MatchesNot && !RegexPattern.TryCompile(argument.Text, out regex, out problem)) return Fail(argument, ref problem);
        test = new BanTest(known, Encoding.UTF8.GetBytes(header), comparison, Encoding.UTF8.GetBytes(argument.Text), seconds, regex);
        return true;
    }

    private static bool Fail(BanToken token, ref string problem)
    {
        problem = BanText.At(token.At, problem);
        return false;
    }
}
