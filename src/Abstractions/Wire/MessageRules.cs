using System.Globalization;

namespace Towncrier.Wire;

/// <summary>Turns a message's fields into an <see cref="Invalidation"/>, or says which of them cannot be meant.</summary>
internal static class MessageRules
{
    /// <summary>Most characters of an id or a source: they are journalled, logged and kept for deduplication.</summary>
    public const int MaxLabel = 200;

    /// <summary>Most relays a message may have passed: more is a loop.</summary>
    public const int MaxVia = 16;

    public static Refusal? Judge(MessageFields fields, out Invalidation? message)
    {
        message = null;
        var refusal = Command(fields.Command, out var command)
            ?? Label("id", fields.Id) ?? Label("source", fields.Source)
            ?? OneOf("mode", fields.Mode, "soft", "hard") ?? OneOf("scope", fields.Scope, "host", "any")
            ?? Host(fields.Host) ?? Audience(fields.Audience) ?? Via(fields.Via);
        if (refusal is not null) return refusal;
        refusal = Values(command, fields, out var values);
        if (refusal is not null) return refusal;
        var plain = new Invalidation
        {
            Id = fields.Id,
            Command = command,
            Host = string.IsNullOrEmpty(fields.Host) ? null : fields.Host,
            Values = values,
            Mode = fields.Mode == "soft" || command == InvalidationCommand.XkeySoft ? PurgeMode.Soft : PurgeMode.Hard,
            DryRun = fields.DryRun ?? false,
            Issued = fields.Issued,
            Expires = fields.Expires,
            Source = fields.Source,
            ScopedToHost = fields.Scope == "host",
            Via = fields.Via ?? [],
        };
        message = fields.Audience is { Count: > 0 } audience ? plain with { Audience = audience } : plain;
        return null;
    }

    private static Refusal? Command(string? name, out InvalidationCommand command)
    {
        command = default;
        if (name is null) return Refusals.Malformed("command is missing");
        if (CommandNames.TryParse(name, out command)) return null;
        return new Refusal(RefusalReason.UnknownCommand,
            $"unknown command {Refusals.Quote(name)}; known are {string.Join(", ", CommandNames.All)}");
    }

    private static Refusal? Values(InvalidationCommand command, MessageFields fields, out IReadOnlyList<string> values)
    {
        values = fields.Values ?? [];
        if (command == InvalidationCommand.All) return Everything(ref values);
        if (command == InvalidationCommand.Host && fields.Values is null && !string.IsNullOrEmpty(fields.Host))
            values = [fields.Host];
        if (values.Count > 0) return null;
        return Refusals.Malformed(fields.Values is null ? "value is missing" : "value is an empty array");
    }

    // A sender who gives `all` a path means that path, not everything. Only "*" says the same as no value.
    private static Refusal? Everything(ref IReadOnlyList<string> values)
    {
        var odd = values.FirstOrDefault(value => value != "*");
        values = [];
        return odd is null ? null : Refusals.Invalid($"all takes no value, or \"*\", but was given {Refusals.Quote(odd)}");
    }

    private static Refusal? Host(string? host)
    {
        var problem = string.IsNullOrEmpty(host) ? null : HostRules.Problem(host);
        return problem is null ? null : Refusals.Invalid($"host {Refusals.Quote(host!)} {problem}");
    }

    private static Refusal? OneOf(string field, string? text, string one, string other) =>
        text is null || text == one || text == other
            ? null
            : Refusals.Invalid($"{field} {Refusals.Quote(text)} is neither \"{one}\" nor \"{other}\"");

    private static Refusal? Audience(Dictionary<string, IReadOnlyList<string>>? audience)
    {
        foreach (var (label, values) in audience ?? [])
        {
            if (AudienceReader.Problem(label, values) is { } problem) return Refusals.Invalid($"audience {Refusals.Quote(label)} {problem}");
        }

        return null;
    }

    private static Refusal? Via(List<string>? via) =>
        via?.Select(relay => Label("a relay of via", relay)).FirstOrDefault(found => found is not null);

    private static Refusal? Label(string field, string? text) =>
        text is not null && LabelProblem(text) is { } problem ? Refusals.Invalid($"{field} {problem}") : null;

    /// <summary>What is wrong with an id, a source, or another name of its kind, as a sentence's end; null when nothing is.</summary>
    public static string? LabelProblem(string text)
    {
        if (text.Length is 0 or > MaxLabel) return $"has {text.Length} characters; 1 to {MaxLabel} are allowed";
        return text.All(Printable) && Surrogates.ArePaired(text) ? null : "holds a character that cannot be printed";
    }

    private static bool Printable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
