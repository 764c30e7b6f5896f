namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The patterns of PSUBSCRIBE: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[^a]</c>, <c>[a-c]</c> and <c>\</c> before a character that is meant itself. Pure.</summary>
internal static class RedisGlob
{
    /// <summary>As Redis tells it; a pattern without any of these matches itself alone. One star is gone back to at a time.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && One(pattern, p, text[t], out var next))
            {
                (p, t) = (next, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool One(ReadOnlySpan<char> pattern, int at, char c, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case '?':
                return true;
            case '[':
                return Set(pattern, ref next, c);
            case '\\' when next < pattern.Length:
                return pattern[next++] == c;
            default:
                return pattern[at] == c;
        }
    }

    // A set that is not closed ends with the pattern.
    private static bool Set(ReadOnlySpan<char> pattern, ref int at, char c)
    {
        var not = at < pattern.Length && pattern[at] == '^';
        if (not) at++;
        var isIn = false;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length) at++;
            if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                var (low, high) = (pattern[at], pattern[at + 2]);
                isIn |= c >= Math.Min(low, high) && c <= Math.Max(low, high);
                at += 2;
            }
            else
            {
                isIn |= pattern[at] == c;
            }
        }

        at = Math.Min(at + 1, pattern.Length);
        return isIn != not;
    }
}
