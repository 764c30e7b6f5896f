using System.Text;
using Towncrier.Wire;

namespace Towncrier.Store;

/// <summary>
/// Tags as they stand in a file's header, where blanks, commas and semicolons come between two of them. In a tag these, the
/// percent sign and control characters are percent-encoded: <c>product 42</c> is <c>product%2042</c>, in messages too.
/// </summary>
public static class TagText
{
    /// <summary>A tag as it is written and sent.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static string Encode(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (!tag.AsSpan().ContainsAnyInRange('\0', ' ') && tag.AsSpan().IndexOfAny(",;%\u007f") < 0) return tag;
        var text = new StringBuilder(tag.Length + 8);
        foreach (var c in tag)
        {
            if (c is <= ' ' or ',' or ';' or '%' or '\u007f') text.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>Why a text can be no tag; null when it can. What is stored with such a one could not be invalidated by it.</summary>
    public static string? Problem(string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return "the tag is empty";
        return ValueRules.Problem(InvalidationCommand.Xkey, Encode(tag), WireLimits.Default) is { } problem ? $"the tag '{(tag.Length > 80 ? tag[..80] + "..." : tag)}' is none: {problem}" : null;
    }

    /// <summary>The tag that was encoded.</summary>
    public static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
