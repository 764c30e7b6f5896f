using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>One entry as the index knows it, copied out for people to read.</summary>
internal sealed record IndexedEntry
{
    public required EntryName Name { get; init; }

    public required Levels Levels { get; init; }

    public required string Key { get; init; }

    public required string Host { get; init; }

    public required string Uri { get; init; }

    public required int Status { get; init; }

    /// <summary>File size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Stored { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Valid { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool TagsUnreadable { get; init; }

    public static IndexedEntry From(EntryStore store, uint row)
    {
        var record = store.Record(row);
        var site = store.SiteOf(row);
        var tags = new List<string>(record.Tags.Length);
        foreach (var tag in record.Tags) tags.Add(Encoding.UTF8.GetString(store.Tags.Text(tag)));
        return new IndexedEntry
        {
            Name = store.Entries.Name(row),
            Levels = store.Entries.Levels(row),
            Key = Encoding.UTF8.GetString(site.Prefix) + Encoding.UTF8.GetString(record.Text),
            Host = Encoding.UTF8.GetString(site.Host.Host),
            Uri = Encoding.UTF8.GetString(record.Uri),
            Status = store.Entries.Status(row),
            Bytes = store.Entries.Length(row),
            Stored = store.Entries.Stored(row),
            Valid = store.Entries.Valid(row),
            Tags = tags,
            TagsUnreadable = store.Entries.TagsUnreadable(row),
        };
    }
}
