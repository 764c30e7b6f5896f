namespace Towncrier.Host;

/// <summary>Text that strangers wrote, for a terminal: one line, and nothing that a terminal would obey.</summary>
internal static class OneLine
{
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
