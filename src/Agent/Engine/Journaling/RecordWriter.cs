using System.Globalization;
using System.Text.Json;

namespace Towncrier.Agent.Journaling;

/// <summary>A record as one JSON object. <c>type</c> comes first, times are ISO 8601 UTC with milliseconds.</summary>
internal static class RecordWriter
{
    public static void Write(Utf8JsonWriter writer, JournalRecord record)
    {
        writer.WriteStartObject();
        switch (record)
        {
            case AcceptedRecord accepted:
                Head(writer, "accepted", accepted.Id, accepted.At);
                writer.WriteString("source", accepted.Source);
                RawMessage.Write(writer, accepted.Message.Span);
                break;
            case AppliedRecord applied:
                Head(writer, "applied", applied.Id, applied.At);
                Body(writer, applied);
                break;
            case RejectedRecord rejected:
                Head(writer, "rejected", rejected.Id, rejected.At);
                writer.WriteString("source", rejected.Source);
                writer.WriteString("reason", rejected.Reason);
                writer.WriteString("detail", rejected.Detail);
                break;
            case CursorRecord cursor:
                Head(writer, "cursor", null, cursor.At);
                writer.WriteString("source", cursor.Source);
                writer.WriteString("position", cursor.Position);
                break;
            case SegmentRecord segment:
                Head(writer, "segment", null, segment.At);
                writer.WriteNumber("number", segment.Number);
                writer.WriteNumber("keep_from", segment.KeepFrom);
                writer.WriteStartObject("cursors");
                foreach (var (source, position) in segment.Cursors) writer.WriteString(source, position);
                writer.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"a {record.GetType().Name} has no place in the journal", nameof(record));
        }

        writer.WriteEndObject();
    }

    private static void Body(Utf8JsonWriter writer, AppliedRecord applied)
    {
        Time(writer, "received", applied.Received);
        writer.WriteString("source", applied.Source);
        if (applied.LagMilliseconds is { } lag && double.IsFinite(lag)) writer.WriteNumber("lag_ms", Math.Round(lag, 3));
        Time(writer, "fence_until", applied.FenceUntil);
        ReportJson.Write(writer, applied.Report);
        RawMessage.Write(writer, applied.Message.Span);
    }

    private static void Head(Utf8JsonWriter writer, string type, string? id, DateTimeOffset at)
    {
        writer.WriteString("type", type);
        if (id is not null) writer.WriteString("id", id);
        Time(writer, "at", at);
    }

    private static void Time(Utf8JsonWriter writer, string name, DateTimeOffset at) =>
        writer.WriteString(name, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
