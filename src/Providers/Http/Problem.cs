using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Towncrier.Providers.Http;

/// <summary>An error as a problem document (RFC 9457).</summary>
internal sealed record Problem(int Status, string Detail)
{
    public Problem(int status, Refusal refusal)
        : this(status, refusal.Message) => Reason = refusal.Reason;

    /// <summary>Set when something was refused, rather than put off.</summary>
    public RefusalReason? Reason { get; init; }

    /// <summary>The message's id, where it is known.</summary>
    public string? Id { get; init; }

    /// <summary>Each message's fate, when the request was an array.</summary>
    public IReadOnlyList<Fate> Messages { get; init; } = [];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        if (Reason is { } reason) json.WriteString("reason", ReportJson.Name(reason));
        if (Id is not null) json.WriteString("id", Id);
        if (Messages.Count > 0) ReportJson.WriteFates(json, Messages);
    }
}
