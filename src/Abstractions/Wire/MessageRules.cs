using System.Globalization;

namespace Towncrier.Wire;

/// <summary>Turns a message's fields into an <see cref="Invalidation"/>, or says which of them cannot be meant.</summary>
internal static class MessageRules
{
    /// <summary>Most characters of an id or a source: they are journalled, logged and kept for deduplication.</summary>
    private const int MaxLabel = 200;

    public static Refusal? Judge(MessageFields fields, out Invalidation? message)
    {
        message = null;
        var refusal = Command(fields.Command, out var command)
            ?? Label("id", fields.Id) ?? Label("source", fields.Source)
            ?? OneOf("mode", fields.Mode, "soft", "hard") ?? OneOf("scope", fields.Scope, "host", "any")
            ?? Host(fields.Host);
        if (refusal is not null) return refusal;
        refusal = Values(command, fields, out var values);
        if (refusal is not null) return refusal;
        message = new Invalidation
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
        };
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

    private static Refusal? Label(string field, string? text)
    {
        if (text is null) return null;
        if (text.Length is 0 or > MaxLabel) return Refusals.Invalid($"{field} has {text.Length} characters; 1 to {MaxLabel} are allowed");
        return text.All(Printable) ? null : Refusals.Invalid($"{field} holds a character that cannot be printed");
    }

    private static bool Printable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
