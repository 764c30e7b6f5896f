using System.Globalization;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>The id of a stream's entry: milliseconds since 1970 by the server's clock, unless its sender chose another, and a number.</summary>
internal readonly record struct EntryId(ulong Milliseconds, ulong Number) : IComparable<EntryId>
{
    // Ids that a sender chose are no times: what is not in 2001..2286 is taken for one of these.
    private const ulong FirstTime = 1_000_000_000_000;
    private const ulong LastTime = 10_000_000_000_000;

    /// <summary>Before every entry.</summary>
    public static EntryId Zero => default;

    /// <summary>When the entry was added; null when the id does not tell.</summary>
    public DateTimeOffset? Time => Milliseconds is >= FirstTime and < LastTime ? DateTimeOffset.FromUnixTimeMilliseconds((long)Milliseconds) : null;

    /// <summary>The least id after this one.</summary>
    public EntryId Next => Number < ulong.MaxValue ? this with { Number = Number + 1 } : new EntryId(Milliseconds + 1, 0);

    /// <summary>The greatest id before this one; itself for zero.</summary>
    public EntryId Previous => Number > 0 ? this with { Number = Number - 1 } : Milliseconds > 0 ? new EntryId(Milliseconds - 1, ulong.MaxValue) : this;

    /// <summary>Reads <c>milliseconds-number</c>, both decimal.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EntryId id)
    {
        id = default;
        var dash = text.IndexOf('-');
        if (dash < 0
            || !ulong.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || !ulong.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        id = new EntryId(milliseconds, number);
        return true;
    }

    public int CompareTo(EntryId other) =>
        Milliseconds != other.Milliseconds ? Milliseconds.CompareTo(other.Milliseconds) : Number.CompareTo(other.Number);

    public static bool operator <(EntryId left, EntryId right) => left.CompareTo(right) < 0;

    public static bool operator >(EntryId left, EntryId right) => left.CompareTo(right) > 0;

    public static bool operator <=(EntryId left, EntryId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EntryId left, EntryId right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Number}");
}
