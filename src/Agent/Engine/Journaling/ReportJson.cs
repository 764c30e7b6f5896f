using System.Text.Json;

namespace Towncrier.Agent.Journaling;

/// <summary>An <see cref="InvalidationReport"/> inside an applied record. The id stands in the record itself.</summary>
internal static class ReportJson
{
    public static void Write(Utf8JsonWriter writer, InvalidationReport report)
    {
        writer.WriteStartObject("report");
        writer.WriteString("state", NameOf(report.State));
        writer.WriteNumber("matched", report.Matched);
        writer.WriteNumber("purged", report.Purged);
        writer.WriteNumber("bytes", report.Bytes);
        if (double.IsFinite(report.Milliseconds)) writer.WriteNumber("ms", Math.Round(report.Milliseconds, 3));
        if (report.DryRun) writer.WriteBoolean("dry_run", true);
        writer.WriteStartObject("outcomes");
        foreach (var (outcome, files) in report.Outcomes) writer.WriteNumber(outcome, files);
        writer.WriteEndObject();
        writer.WriteStartArray("values");
        foreach (var value in report.Values) Write(writer, value);
        writer.WriteEndArray();
        if (report.Targets.Count > 0) WriteTargets(writer, report.Targets);
        writer.WriteEndObject();
    }

    public static InvalidationReport Read(string id, JsonElement json) => new()
    {
        Id = id,
        State = StateOf(json.GetProperty("state").GetString()),
        Matched = json.GetProperty("matched").GetInt64(),
        Purged = json.GetProperty("purged").GetInt64(),
        Bytes = json.GetProperty("bytes").GetInt64(),
        Milliseconds = json.TryGetProperty("ms", out var ms) ? ms.GetDouble() : 0,
        DryRun = json.TryGetProperty("dry_run", out var dry) && dry.GetBoolean(),
        Outcomes = json.GetProperty("outcomes").EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetInt64()),
        Values = [.. json.GetProperty("values").EnumerateArray().Select(ReadValue)],
        Targets = json.TryGetProperty("targets", out var targets) ? [.. targets.EnumerateArray().Select(ReadTarget)] : [],
    };

    private static void Write(Utf8JsonWriter writer, ValueReport value)
    {
        writer.WriteStartObject();
        writer.WriteString("value", value.Value);
        writer.WriteNumber("matched", value.Matched);
        writer.WriteNumber("purged", value.Purged);
        if (value.Error is not null) writer.WriteString("error", value.Error);
        writer.WriteEndObject();
    }

    // For the audit, and by their numbers: a failed value says why among the values.
    private static void WriteTargets(Utf8JsonWriter writer, IReadOnlyList<TargetReport> targets)
    {
        writer.WriteStartArray("targets");
        foreach (var target in targets)
        {
            writer.WriteStartObject();
            writer.WriteString("target", target.Target);
            writer.WriteNumber("applied", target.Applied);
            writer.WriteNumber("failed", target.Failures.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TargetReport ReadTarget(JsonElement json) => new(json.GetProperty("target").GetString()!, json.GetProperty("applied").GetInt32(), []);

    private static ValueReport ReadValue(JsonElement json) => new(
        json.GetProperty("value").GetString()!,
        json.GetProperty("matched").GetInt64(),
        json.GetProperty("purged").GetInt64(),
        json.TryGetProperty("error", out var error) ? error.GetString() : null);

    private static string NameOf(InvalidationState state) => state switch
    {
        InvalidationState.Pending => "pending",
        InvalidationState.Applied => "applied",
        InvalidationState.Skipped => "skipped",
        InvalidationState.Relayed => "relayed",
        _ => "failed",
    };

    private static InvalidationState StateOf(string? name) => name switch
    {
        "pending" => InvalidationState.Pending,
        "applied" => InvalidationState.Applied,
        "failed" => InvalidationState.Failed,
        "skipped" => InvalidationState.Skipped,
        "relayed" => InvalidationState.Relayed,
        _ => throw new FormatException($"unknown state '{name}'"),
    };
}
