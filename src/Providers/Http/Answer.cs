using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Providers.Http;

/// <summary>Turns what became of a request's messages into its response.</summary>
internal static class Answer
{
    /// <summary>Seconds after which a sender shall try again: the agent is busy or restarting, not broken.</summary>
    private const string RetryAfter = "1";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task OneAsync(HttpContext http, Fate fate) => fate.Kind switch
    {
        FateKind.Accepted => JsonAsync(http, StatusCodes.Status202Accepted, json => json.WriteString("id", fate.Id)),
        FateKind.Pending => JsonAsync(http, StatusCodes.Status202Accepted, json => ReportJson.Write(json, fate)),
        FateKind.Completed => JsonAsync(http, StatusCodes.Status200OK, json => ReportJson.Write(json, fate)),
        FateKind.Rejected => ProblemAsync(http, new Problem(StatusOf(fate.Refusal), fate.Refusal) { Id = fate.Id }),
        _ => ProblemAsync(http, new Problem(StatusCodes.Status503ServiceUnavailable, fate.Error) { Id = fate.Id }),
    };

    /// <summary>An array's answer. One message that is rejected or put off makes it an error, which names each one's fate.</summary>
    public static Task ManyAsync(HttpContext http, IReadOnlyList<Fate> fates)
    {
        if (fates.FirstOrDefault(fate => fate.Kind == FateKind.Rejected) is { } bad)
            return ProblemAsync(http, new Problem(StatusOf(bad.Refusal), bad.Refusal) { Messages = fates });
        if (fates.FirstOrDefault(fate => fate.Kind == FateKind.Abandoned) is { } late)
            return ProblemAsync(http, new Problem(StatusCodes.Status503ServiceUnavailable, late.Error) { Messages = fates });
        var done = fates.All(fate => fate.Kind == FateKind.Completed);
        return JsonAsync(http, done ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, json => WriteMany(json, fates));
    }

    public static Task ProblemAsync(HttpContext http, Problem problem)
    {
        if (problem.Status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = RetryAfter;
        return JsonAsync(http, problem.Status, problem.Write, "application/problem+json");
    }

    // The request is sound, and its sender may not do this.
    private static int StatusOf(Refusal refusal) => refusal.Reason is RefusalReason.NotAllowed or RefusalReason.MissingSignature or RefusalReason.BadSignature
        ? StatusCodes.Status403Forbidden
        : StatusCodes.Status400BadRequest;

    private static void WriteMany(Utf8JsonWriter json, IReadOnlyList<Fate> fates)
    {
        json.WriteString("id", fates[0].Id);
        json.WriteStartArray("ids");
        foreach (var fate in fates) json.WriteStringValue(fate.Id);
        json.WriteEndArray();
        if (fates[0].Kind == FateKind.Accepted) return; // Nobody waits: there is nothing more to tell.
        var sum = BatchReport.Of(fates);
        json.WriteString("state", ReportJson.Name(sum.State));
        ReportJson.WriteCounts(json, sum);
        ReportJson.WriteFates(json, fates);
    }

    private static async Task JsonAsync(
        HttpContext http, int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.WrittenCount;
        await http.Response.Body.WriteAsync(body.WrittenMemory).ConfigureAwait(false); // Quiet when the client is gone.
    }
}
