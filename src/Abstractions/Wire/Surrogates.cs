using System.Text;

namespace Towncrier.Wire;

/// <summary>Text that UTF-8 can hold.</summary>
internal static class Surrogates
{
    /// <summary>Whether every surrogate stands in a pair. Decoded text always is so; a program's own may not be.</summary>
    public static bool ArePaired(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0; at = text.IndexOfAnyInRange('\ud800', '\udfff'))
        {
            if (!Rune.TryCreate(text[at], at + 1 < text.Length ? text[at + 1] : ' ', out _)) return false;
            text = text[(at + 2)..];
        }

        return true;
    }
}
