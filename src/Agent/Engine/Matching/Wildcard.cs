namespace Towncrier.Agent.Matching;

/// <summary>
/// A pattern in which <c>*</c> stands for any run of bytes, empty ones and slashes included; <c>\*</c> is a star itself,
/// and everything else, <c>?</c> too, means itself. Anchored at both ends. On a mismatch only the latest star is widened,
/// so matching takes at most text times pattern steps.
/// </summary>
internal sealed class Wildcard
{
    private readonly byte[][] _parts; // the literals between the stars; first and last may be empty

    public Wildcard(ReadOnlySpan<byte> pattern)
    {
        var parts = new List<byte[]>();
        var part = new List<byte>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '*')
            {
                parts.Add([.. part]);
                part.Clear();
                continue;
            }

            if (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] is (byte)'*' or (byte)'\\') i++;
            part.Add(pattern[i]);
        }

        parts.Add([.. part]);
        _parts = [.. parts];
        Literal = _parts.Aggregate((a, b) => b.Length >= a.Length ? b : a);
    }

    /// <summary>The longest literal; the later of two, which tells URLs apart better. Empty for a lone star.</summary>
    public byte[] Literal { get; }

    /// <summary>What every match begins with.</summary>
    public byte[] Prefix => _parts[0];

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (_parts.Length == 1) return text.SequenceEqual(_parts[0]);
        if (!text.StartsWith(_parts[0])) return false;
        text = text[_parts[0].Length..];
        foreach (var part in _parts.AsSpan(1, _parts.Length - 2))
        {
            var at = text.IndexOf(part);
            if (at < 0) return false;
            text = text[(at + part.Length)..];
        }

        return text.EndsWith(_parts[^1]);
    }
}
