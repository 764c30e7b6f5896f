namespace Towncrier.Wire;

/// <summary>The known fields of one message, each of the right JSON type, not yet judged. Null means absent.</summary>
internal sealed class MessageFields
{
    public string? Command { get; set; }

    public string? Host { get; set; }

    public List<string>? Values { get; set; }

    public string? Id { get; set; }

    public DateTimeOffset? Issued { get; set; }

    public DateTimeOffset? Expires { get; set; }

    public string? Mode { get; set; }

    public string? Source { get; set; }

    public bool? DryRun { get; set; }

    public string? Scope { get; set; }

    public Dictionary<string, IReadOnlyList<string>>? Audience { get; set; }

    public List<string>? Via { get; set; }
}
