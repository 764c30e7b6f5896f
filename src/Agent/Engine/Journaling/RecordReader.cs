using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Towncrier.Agent.Journaling;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Never throws: what does not fit is false.</summary>
internal static class RecordReader
{
    /// <summary>False for JSON of a kind or shape this version does not know. Nothing of <paramref name="json"/> is kept.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JournalRecord? record)
    {
        record = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            record = Read(document.RootElement);
            return record is not null;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Not JSON, another type than expected, out of range, and a missing property, in this order.
            return false;
        }
    }

    private static JournalRecord? Read(JsonElement json)
    {
        var at = json.GetProperty("at").GetDateTimeOffset();
        return json.GetProperty("type").GetString() switch
        {
            "accepted" => new AcceptedRecord(Text(json, "id"), at, Text(json, "source"), RawMessage.Read(json)),
            "applied" => Applied(json, at),
            "rejected" => new RejectedRecord(
                json.TryGetProperty("id", out var id) ? id.GetString() : null,
                at, Text(json, "source"), Text(json, "reason"), Text(json, "detail")),
            "cursor" => new CursorRecord(Text(json, "source"), Text(json, "position"), at),
            "segment" => new SegmentRecord(
                json.GetProperty("number").GetInt64(), at, json.GetProperty("keep_from").GetInt64(),
                json.GetProperty("cursors").EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetString()!)),
            _ => null,
        };
    }

    private static AppliedRecord Applied(JsonElement json, DateTimeOffset at)
    {
        var id = Text(json, "id");
        return new AppliedRecord(id, at)
        {
            Received = json.GetProperty("received").GetDateTimeOffset(),
            Source = Text(json, "source"),
            Message = RawMessage.Read(json),
            Report = ReportJson.Read(id, json.GetProperty("report")),
            LagMilliseconds = json.TryGetProperty("lag_ms", out var lag) ? lag.GetDouble() : null,
            FenceUntil = json.GetProperty("fence_until").GetDateTimeOffset(),
        };
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
