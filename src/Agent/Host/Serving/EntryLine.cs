using Towncrier.Agent;

namespace Towncrier.Host.Serving;

/// <summary>One entry of the index as the admin interface writes it.</summary>
internal sealed record EntryLine(
    string File, string Key, string Host, string Uri, int Status, long Bytes, string Stored, string ValidUntil, string State, IReadOnlyList<string> Tags)
{
    public static EntryLine Of(EntrySummary e)
        => new(e.File, e.Key, e.Host, e.Uri, e.Status, e.Bytes, Json.Time(e.Stored), Json.Time(e.ValidUntil), e.State, e.Tags);
}
