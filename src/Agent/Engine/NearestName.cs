namespace Towncrier.Agent;

/// <summary>"Did you mean": the known name that is fewest edits away from what was typed.</summary>
internal static class NearestName
{
    /// <summary>The nearest of <paramref name="known"/>, or null when none is within a third of the typed length plus one.</summary>
    public static string? Of(string typed, IEnumerable<string> known)
    {
        if (typed.Length > 64) return null;
        var best = known
            .Select(name => (Name: name, Edits: Distance(typed, name)))
            .OrderBy(n => n.Edits)
            .ThenBy(n => n.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Edits <= (typed.Length / 3) + 1 && best.Edits < best.Name.Length ? best.Name : null;
    }

    // Levenshtein over two rows; ASCII case does not count as an edit.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var edited = Math.Min(diagonal + (same ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                (diagonal, row[j]) = (row[j], edited);
            }
        }

        return row[b.Length];
    }
}
