using System.Text;

namespace Towncrier.Providers.Varnish;

/// <summary>
/// Quoted arguments of a ban expression. <c>varnishadm</c> and nginx entries know them; a VCL's <c>ban()</c> does not, and
/// would look for the quotes themselves. So an argument that needs none loses them.
/// </summary>
internal static class BanQuotes
{
    /// <summary>The same expression without quotes; as it was where an argument holds a blank, or a quote is left open.</summary>
    public static string Strip(string expression)
    {
        if (!expression.Contains('"')) return expression;
        var text = new StringBuilder(expression.Length);
        for (var at = 0; at < expression.Length; at++)
        {
            var opens = expression[at] == '"' && at > 0 && (expression[at - 1] is ' ' or '\t');
            if (!opens) text.Append(expression[at]);
            else if (!TryArgument(expression, ref at, text)) return expression;
        }

        return text.ToString();
    }

    private static bool TryArgument(string expression, ref int at, StringBuilder into)
    {
        var start = into.Length;
        for (at++; at < expression.Length && expression[at] != '"'; at++)
        {
            if (expression[at] == '\\' && at + 1 < expression.Length) at++;
            if (expression[at] is ' ' or '\t') return false;
            into.Append(expression[at]);
        }

        return at < expression.Length && into.Length > start && (at + 1 == expression.Length || expression[at + 1] is ' ' or '\t');
    }
}
