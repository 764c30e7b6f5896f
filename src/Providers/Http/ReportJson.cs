using System.Text.Json;

namespace Towncrier.Providers.Http;

/// <summary>Writes reports and fates as fields of the JSON object that is open.</summary>
internal static class ReportJson
{
    public static void Write(Utf8JsonWriter json, InvalidationReport report)
    {
        json.WriteString("id", report.Id);
        json.WriteString("state", Name(report.State));
        WriteCounts(json, report);
    }

    public static void WriteCounts(Utf8JsonWriter json, InvalidationReport report)
    {
        if (report.DryRun) json.WriteBoolean("dry_run", true);
        json.WriteNumber("matched", report.Matched);
        json.WriteNumber("purged", report.Purged);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteStartObject("outcomes");
        foreach (var (outcome, files) in report.Outcomes) json.WriteNumber(outcome, files);
        json.WriteEndObject();
        json.WriteStartArray("values");
        foreach (var value in report.Values) WriteValue(json, value);
        json.WriteEndArray();
        if (report.Targets.Count > 0) WriteTargets(json, report.Targets);
        json.WriteNumber("milliseconds", Math.Round(report.Milliseconds, 3));
    }

    /// <summary>One message's fate: its report where there is one, else its state and the error.</summary>
    public static void Write(Utf8JsonWriter json, Fate fate)
    {
        if (fate.Report is { } report)
        {
            Write(json, report);
            return;
        }

        if (fate.Id is not null) json.WriteString("id", fate.Id);
        json.WriteString("state", Name(fate.Kind));
        if (fate.Kind == FateKind.Rejected) json.WriteString("reason", Name(fate.Refusal.Reason));
        if (fate.Error.Length > 0) json.WriteString("error", fate.Error);
    }

    public static void WriteFates(Utf8JsonWriter json, IEnumerable<Fate> fates)
    {
        json.WriteStartArray("messages");
        foreach (var fate in fates)
        {
            json.WriteStartObject();
            Write(json, fate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A name as it is on the wire: lower-case, its words parted by underscores.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static void WriteValue(Utf8JsonWriter json, ValueReport value)
    {
        json.WriteStartObject();
        json.WriteString("value", value.Value);
        json.WriteNumber("matched", value.Matched);
        json.WriteNumber("purged", value.Purged);
        json.WriteString("error", value.Error);
        json.WriteEndObject();
    }

    private static void WriteTargets(Utf8JsonWriter json, IReadOnlyList<TargetReport> targets)
    {
        json.WriteStartArray("targets");
        foreach (var target in targets)
        {
            json.WriteStartObject();
            json.WriteString("target", target.Target);
            json.WriteNumber("applied", target.Applied);
            json.WriteStartArray("failures");
            foreach (var failure in target.Failures)
            {
                json.WriteStartObject();
                json.WriteString("value", failure.Value);
                json.WriteString("error", failure.Error);
                json.WriteBoolean("retry", failure.Retry);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
