using System.Text;

namespace Towncrier.Agent.Matching;

/// <summary>
/// The longest run of plain characters that every match of a regular expression must contain, read off its text. Gives
/// up (empty) rather than guess: at alternatives on the top level, inline options, and whatever it does not know.
/// </summary>
internal static class RegexLiteral
{
    public static string Of(string expression)
    {
        var best = "";
        var run = new StringBuilder();
        for (var i = 0; i < expression.Length;)
        {
            var c = expression[i];
            var next = i + 1;
            char? plain = null;
            if (c is '|' || (c is '(' && expression.AsSpan(next).StartsWith("?") && !expression.AsSpan(next).StartsWith("?:"))) return "";
            if (c is '(' or '[')
            {
                next = c is '(' ? AfterGroup(expression, i) : AfterClass(expression, i);
                if (next < 0) return "";
            }
            else if (c is '\\' && next < expression.Length)
            {
                if (!char.IsAsciiLetterOrDigit(expression[next])) plain = expression[next];
                else if (expression[next] is not ('d' or 'D' or 'w' or 'W' or 's' or 'S' or 'b' or 'B' or 'A' or 'z' or 'Z')) return "";
                next++;
            }
            else if (c is not ('.' or '^' or '$' or '*' or '+' or '?' or '{' or '}' or ')' or ']' or '#' or ' ') && c < 0x80)
            {
                plain = c;
            }

            var quantified = next < expression.Length && expression[next] is '*' or '?' or '{';
            if (plain is { } character && !quantified) run.Append(character);
            if (plain is null || quantified || (next < expression.Length && expression[next] is '+')) Close(run, ref best);
            if (quantified && expression[next] is '{')
            {
                var end = expression.IndexOf('}', next);
                // Anything else in braces is no count but plain text, and may hold an alternative.
                if (end < 0 || expression.AsSpan(next + 1, end - next - 1).Trim("0123456789,").Length > 0) return "";
                next = end + 1;
            }

            i = next;
        }

        Close(run, ref best);
        return best;
    }

    private static void Close(StringBuilder run, ref string best)
    {
        if (run.Length >= best.Length) best = run.ToString();
        run.Clear();
    }

    private static int AfterGroup(string expression, int open)
    {
        var depth = 0;
        for (var i = open; i < expression.Length; i++)
        {
            switch (expression[i])
            {
                case '\\': i++; break;
                case '[':
                    i = AfterClass(expression, i) - 1;
                    if (i < 0) return -1;
                    break;
                case '(':
                    if (expression.AsSpan(i + 1).StartsWith("?") && !expression.AsSpan(i + 1).StartsWith("?:")) return -1;
                    depth++;
                    break;
                case ')':
                    if (--depth == 0) return i + 1;
                    break;
            }
        }

        return -1;
    }

    private static int AfterClass(string expression, int open)
    {
        var i = open + 1;
        if (i < expression.Length && expression[i] is '^') i++;
        if (i < expression.Length && expression[i] is ']') i++; // a bracket that comes first means itself
        for (; i < expression.Length; i++)
        {
            if (expression[i] is '\\') i++;
            else if (expression[i] is '[') return -1; // class subtraction: not worth it
            else if (expression[i] is ']') return i + 1;
        }

        return -1;
    }
}
