using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Host.Looking;

/// <summary>One cache file, read now: a line of <c>towncrier ls</c>.</summary>
internal sealed record EntryDetails(
    string File, string Key, string? Host, string Uri, int Status, long Bytes, string Stored, string ValidUntil, string State,
    IReadOnlyList<string> Tags, bool TagsUnreadable, string? Vary, string? Variant)
{
    /// <summary>Reads an entry's head; null when the file is gone or no entry any more.</summary>
    public static EntryDetails? Read(LocalCache cache, EntryRef entry, HeadReader reader, LevelCursor levels, long now)
    {
        if (levels.TryOpen(entry.Name, entry.Levels, out var directory) != Errno.None) return null;
        Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
        entry.Name.WriteZ(nameZ);
        if (directory!.TryOpenFile(nameZ, writable: false, out var file) != Errno.None) return null;
        using (file)
        {
            if (!reader.ReadHead(file, knownRegular: false, out var head, out var length).IsEntry) return null;
            var facts = reader.FactsOf(head, entry.Name, entry.Levels, length);
            return Of(cache.Root.PathOf(entry.Name, entry.Levels), cache.Index.Template, head, facts, now);
        }
    }

    public static EntryDetails Of(string path, KeyTemplate template, CacheHead head, in EntryFacts facts, long now)
    {
        var split = template.Split(facts.Key);
        var host = KeyHost.Of(facts.Key, split).Host;
        return new EntryDetails(
            path, Encoding.UTF8.GetString(facts.Key), host.IsEmpty ? null : Encoding.UTF8.GetString(host),
            Encoding.UTF8.GetString(facts.Key.Slice(split.UriAt, split.UriLength)), facts.Status, facts.Length,
            Json.Time(head.Date), Json.Time(head.Valid), head.Valid >= now ? "fresh" : "stale",
            Distinct(facts.Tags), facts.TagsUnreadable,
            head.Vary.IsEmpty ? null : Encoding.UTF8.GetString(head.Vary),
            head.Vary.IsEmpty ? null : Convert.ToHexStringLower(head.Variant));
    }

    private static List<string> Distinct(ReadOnlySpan<byte> tags)
    {
        var list = new List<string>();
        foreach (var tag in new TagList(tags))
        {
            var text = Encoding.UTF8.GetString(tag);
            if (!list.Contains(text)) list.Add(text);
        }

        return list;
    }
}
