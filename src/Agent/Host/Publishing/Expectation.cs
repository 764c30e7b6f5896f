using System.Globalization;

namespace Towncrier.Host.Publishing;

/// <summary>Which agents must answer: so many, or these.</summary>
internal sealed record Expectation(int Count, IReadOnlyList<string> Names)
{
    /// <summary>A number, or names with commas between them; null when it is neither.</summary>
    public static Expectation? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return count > 0 ? new Expectation(count, []) : null;
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        return names.Length == 0 || names.Any(name => name.Any(char.IsWhiteSpace)) ? null : new Expectation(names.Length, names);
    }

    public bool IsMet(ReceiptBook book) => Names.Count > 0 ? Names.All(book.Done.ContainsKey) : book.Done.Count >= Count;

    /// <summary>The agents that are missing, as far as their names are known.</summary>
    public IReadOnlyList<string> Missing(ReceiptBook book)
        => [.. (Names.Count > 0 ? Names : [.. book.Known]).Where(name => !book.Done.ContainsKey(name))];
}
