namespace Towncrier.Peers.ServiceBus;

/// <summary>Values in rules: strings, longs, doubles, bools, dates; null is unknown.</summary>
internal static class SqlValue
{
    /// <summary>Null when one is unknown, or they are of kinds that do not compare: that is unknown, too.</summary>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (long or double, long or double) => Number(left).CompareTo(Number(right)),
        _ => null,
    };

    /// <summary>SQL's LIKE: % any text, _ one character; what follows <paramref name="escape"/> stands for itself.</summary>
    public static bool IsLike(string text, string pattern, char? escape)
    {
        // One point to come back to, the latest %: enough, since it may always take more.
        int at = 0, in_pattern = 0, star = -1, star_text = 0;
        while (at < text.Length)
        {
            var escaped = in_pattern < pattern.Length - 1 && pattern[in_pattern] == escape;
            if (!escaped && in_pattern < pattern.Length && pattern[in_pattern] == '%')
            {
                star = in_pattern++;
                star_text = at;
            }
            else if (in_pattern < pattern.Length && (escaped ? pattern[in_pattern + 1] == text[at] : pattern[in_pattern] == '_' || pattern[in_pattern] == text[at]))
            {
                in_pattern += escaped ? 2 : 1;
                at++;
            }
            else if (star >= 0)
            {
                in_pattern = star + 1;
                at = ++star_text;
            }
            else
            {
                return false;
            }
        }

        while (in_pattern < pattern.Length && pattern[in_pattern] == '%') in_pattern++;
        return in_pattern == pattern.Length;
    }

    private static double Number(object? value) => value is long whole ? whole : (double)value!;
}
