using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>A stream as XINFO STREAM describes it.</summary>
/// <param name="Length">Entries it holds.</param>
/// <param name="Last">The last id it gave, whether that entry is still there or not.</param>
/// <param name="First">The first entry it holds; null when it holds none.</param>
/// <param name="Added">Entries ever added; null before Redis 7.</param>
/// <param name="MaxDeleted">The greatest id that was deleted by name, rather than trimmed; zero when none was.</param>
internal sealed record StreamInfo(long Length, EntryId Last, EntryId? First, long? Added, EntryId MaxDeleted)
{
    /// <summary>A stream that does not exist.</summary>
    public static StreamInfo None { get; } = new(0, EntryId.Zero, null, 0, EntryId.Zero);

    /// <summary>Reads the answer, an array or a map. False when it lacks what every Redis tells.</summary>
    public static bool TryParse(RespValue answer, out StreamInfo info)
    {
        (long? length, long? added) = (null, null);
        (EntryId? last, EntryId? first, EntryId deleted) = (null, null, EntryId.Zero);
        for (var i = 0; i + 1 < answer.Items.Count; i += 2)
        {
            var value = answer.Items[i + 1];
            switch (answer.Items[i].Text)
            {
                case "length": length = value.Integer; break;
                case "entries-added": added = value.Integer; break;
                case "last-generated-id": last = IdOf(value); break;
                case "max-deleted-entry-id": deleted = IdOf(value) ?? EntryId.Zero; break;
                case "first-entry" when value.Items is [var id, ..]: first = IdOf(id); break;
            }
        }

        // What is no count of a stream that holds more is not to be relied on: some servers only look like a Redis 7.
        info = new StreamInfo(length ?? 0, last ?? EntryId.Zero, first, added >= length ? added : null, deleted);
        return length is not null && last is not null && (length == 0 || first is not null);
    }

    private static EntryId? IdOf(RespValue value) => EntryId.TryParse(value.Text, out var id) ? id : null;
}
