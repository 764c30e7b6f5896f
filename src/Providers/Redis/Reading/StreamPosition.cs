using System.Globalization;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>A place in a stream.</summary>
/// <param name="Id">Of the last entry before it.</param>
/// <param name="Added">Entries ever added up to there, as Redis counts since version 7; null when not known.</param>
internal readonly record struct StreamPosition(EntryId Id, long? Added)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out StreamPosition position)
    {
        position = default;
        var words = text.Split(' ');
        if (words.Length > 2 || !EntryId.TryParse(words[0], out var id)) return false;
        long? added = null;
        if (words.Length == 2)
        {
            if (!long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            added = number;
        }

        position = new StreamPosition(id, added);
        return true;
    }

    /// <summary><c>1700000000000-0 42</c>; the id alone when the count is not known.</summary>
    public override string ToString() => Added is null ? Id.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Id} {Added}");
}
