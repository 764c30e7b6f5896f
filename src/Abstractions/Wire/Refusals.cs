using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>The refusals of this folder, worded for a sender, and bounded whatever was sent.</summary>
internal static class Refusals
{
    /// <summary>Most characters of the sender's own text in a refusal; the rest is cut.</summary>
    private const int MaxQuoted = 80;

    private const int MaxWords = 300;

    /// <summary>It cannot be read: not JSON, a wrong type, or a field missing.</summary>
    public static Refusal Malformed(string words) => new(RefusalReason.Malformed, words);

    /// <summary>It was read, and a field says what we do not know.</summary>
    public static Refusal Invalid(string words) => new(RefusalReason.InvalidValue, words);

    public static Refusal NotJson(JsonException e) => Malformed("not JSON: " + Clip(e.Message, MaxWords));

    public static string Quote(string text) => $"\"{Clip(text, MaxQuoted)}\"";

    private static string Clip(string text, int most)
    {
        var clipped = text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "...");
        return clipped.Any(char.IsControl) ? string.Concat(clipped.Select(c => char.IsControl(c) ? '?' : c)) : clipped;
    }
}
