using System.Diagnostics.CodeAnalysis;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>One entry as it came.</summary>
/// <param name="Message">The field <c>message</c>; null when there is none that could be read, and then <paramref name="Refusal"/> says why.</param>
internal readonly record struct ReadEntry(EntryId Id, ReadOnlyMemory<byte>? Message, Refusal Refusal);

/// <summary>Reads the answer of XREAD of one stream. Pure.</summary>
internal static class EntryBatch
{
    /// <summary>The field that holds the message.</summary>
    public const string Field = "message";

    /// <summary>
    /// The entries in their order; none when the answer is empty. False when it is no such answer, or when it was too
    /// large in all and entries that could be read alone are not in it; <paramref name="isLarge"/> tells these apart.
    /// </summary>
    public static bool TryParse(RespValue answer, RespLimits limits, [NotNullWhen(true)] out List<ReadEntry>? entries, out bool isLarge)
    {
        entries = [];
        isLarge = false;
        if (answer.Kind == RespKind.Null) return true;
        // RESP2: [[stream, entries]]; RESP3, a map: [stream, entries].
        var pair = answer.Items is [{ Kind: RespKind.Array } only] ? only.Items : answer.Items;
        if (pair is not [_, { Kind: RespKind.Array } list]) return false;
        foreach (var item in list.Items)
        {
            if (item.Items is not [var id, var fields] || !EntryId.TryParse(id.Text, out var entryId))
            {
                isLarge = item.Items is [{ Kind: RespKind.Skipped }, ..];
                return false;
            }

            var entry = Parse(entryId, fields, limits, out var wasDropped);
            if (wasDropped && list.Items.Count > 1)
            {
                isLarge = true;
                return false;
            }

            entries.Add(entry);
        }

        return true;
    }

    private static ReadEntry Parse(EntryId id, RespValue fields, RespLimits limits, out bool wasDropped)
    {
        wasDropped = false;
        for (var i = 0; i + 1 < fields.Items.Count; i += 2)
        {
            var (name, value) = (fields.Items[i], fields.Items[i + 1]);
            if (name.Is("message"u8) && value.Kind == RespKind.Bulk) return new ReadEntry(id, value.Bytes, default);
            if (name.Is("message"u8) && value.Integer > limits.MaxBulk) return new ReadEntry(id, null, Oversized.Of(value, limits.MaxBulk));
            wasDropped |= IsDropped(name, limits) || IsDropped(value, limits);
        }

        return new ReadEntry(id, null, wasDropped
            ? new Refusal(RefusalReason.Oversized, $"entry {id} has more than {limits.MaxReply} bytes")
            : new Refusal(RefusalReason.Malformed, $"entry {id} has no field named {Field}"));
    }

    // Not kept for the size of the whole answer, rather than its own.
    private static bool IsDropped(RespValue value, RespLimits limits) => value.Kind == RespKind.Skipped && value.Integer <= limits.MaxBulk;
}
