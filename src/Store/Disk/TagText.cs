using System.Text;

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

    /// <summary>The tag that was encoded.</summary>
    public static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
