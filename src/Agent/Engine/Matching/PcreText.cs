using System.Globalization;

namespace Towncrier.Agent.Matching;

/// <summary>
/// Senders write the expressions of PCRE, which Varnish runs. What it and .NET read differently without either of them
/// complaining is refused: an expression must not mean one thing on Varnish and another here.
/// </summary>
internal static class PcreText
{
    /// <summary>Why the expression would mean something else here; null when it would not.</summary>
    public static string? Problem(string expression)
    {
        var inClass = false;
        for (var i = 0; i < expression.Length; i++)
        {
            var rest = expression.AsSpan(i);
            if (rest[0] == '\\' && rest.Length > 1)
            {
                if (IsHighByte(rest)) return Told(i, "\\x80 to \\xff are single bytes in PCRE: write the character itself");
                i++;
            }
            else if (inClass)
            {
                if (rest.StartsWith("[:") || rest.StartsWith("[.") || rest.StartsWith("[="))
                    return Told(i, "classes such as [:digit:] are not known here: write \\d, \\w, \\s or the characters, as in [0-9]");
                if (rest.StartsWith("-[")) return Told(i, "-[ inside a class means a difference of classes here: write \\[");
                inClass = rest[0] != ']';
            }
            else if (rest[0] == '[')
            {
                inClass = true;
                if (rest.Length > 1 && rest[1] == '^') i++;
                if (i + 1 < expression.Length && expression[i + 1] == ']') i++; // a bracket that comes first means itself
            }
        }

        return null;
    }

    private static bool IsHighByte(ReadOnlySpan<char> text)
        => text.Length >= 4 && text[1] == 'x' && byte.TryParse(text.Slice(2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value >= 0x80;

    private static string Told(int at, string problem) => string.Create(CultureInfo.InvariantCulture, $"the regular expression is not read alike everywhere, at character {at}: {problem}");
}
