using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Disk;

/// <summary>What a name below a cache root says by itself.</summary>
internal static class NameKind
{
    /// <summary>A cache write in progress: an entry's name, a dot and ten digits. Deleting one breaks that write.</summary>
    public static bool IsTemporary(ReadOnlySpan<byte> name)
        => name.Length == EntryName.Length + 11
        && name[EntryName.Length] == (byte)'.'
        && EntryName.TryParse(name[..EntryName.Length], out _)
        && name[(EntryName.Length + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
