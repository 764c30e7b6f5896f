using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Host.Warming;

/// <summary>The levels of a cache directory: as text, and as its files show them.</summary>
internal static class LevelWords
{
    /// <summary>Reads what <see cref="Levels.ToString"/> writes; false when nginx can have no such levels.</summary>
    public static bool TryRead(string text, out Levels levels)
    {
        levels = Levels.None;
        if (text.Length == 0) return true;
        foreach (var part in text.Split(':'))
            if (part is not [var digit] || !levels.TryDeeper(digit - '0', out levels)) return false;
        return true;
    }

    /// <summary>Those that most of some entries lie in; null of an empty cache.</summary>
    public static Levels? Of(CacheIndex index, Random random)
    {
        var some = new List<ListedEntry>();
        index.Rows.Sample(random, 64, some);
        return some.Count == 0 ? null : some.GroupBy(entry => entry.Entry.Levels).MaxBy(same => same.Count())!.Key;
    }
}
