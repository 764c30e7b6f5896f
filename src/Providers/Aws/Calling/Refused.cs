using Amazon.Runtime;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>An error as AWS put it.</summary>
/// <param name="Code">Without a namespace; the older query code where SQS gives both.</param>
/// <param name="Message">Its first line, without control characters, at most <see cref="MostMessage"/> characters. Empty when there is none.</param>
internal sealed record Refused(string Code, string Message, string? RequestId)
{
    public const int MostMessage = 1000;

    /// <summary>Reads an answer that is no success, in JSON or XML or neither: a load balancer's page has the status as its code.</summary>
    /// <param name="keys">Whose secret and token are struck out should the answer repeat them.</param>
    public static Refused Read(AwsAnswer answer, ImmutableCredentials keys)
    {
        var (code, message, requestId) = FromJson(answer.Body) ?? FromXml(answer.Body) ?? (null, null, null);
        var older = answer.QueryError?.Split(';', 2)[0];
        code = string.IsNullOrEmpty(older) ? LastSegment(code) : older;
        return new Refused(code.Length == 0 ? $"Http{answer.Status}" : Clean(code), Strike(Clean(message), keys), answer.RequestId ?? requestId);
    }

    private static (string?, string?, string?)? FromJson(ReadOnlyMemory<byte> body)
    {
        if (!AwsJson.TryParseObject(body, out var document)) return null;
        using (document) return (AwsJson.Text(document.RootElement, "__type"), AwsJson.Text(document.RootElement, "message") ?? AwsJson.Text(document.RootElement, "Message"), null);
    }

    private static (string?, string?, string?)? FromXml(ReadOnlyMemory<byte> body)
    {
        if (!AwsXml.TryParse(body, out var root)) return null;
        var error = AwsXml.Below(root, "Error") ?? root;
        return (AwsXml.Below(error, "Code")?.Value, AwsXml.Below(error, "Message")?.Value, (AwsXml.Below(root, "RequestId") ?? AwsXml.Below(root, "RequestID"))?.Value);
    }

    // com.amazonaws.sqs#QueueDoesNotExist, or with a colon and an address behind it.
    private static string LastSegment(string? type) => type is null ? "" : type[(type.LastIndexOf('#') + 1)..].Split(':')[0].Trim();

    // The lines after the first repeat the signed request, and with it the session token.
    private static string Clean(string? text)
    {
        if (text is null) return "";
        var line = text.Trim().Split(['\r', '\n'], 2)[0];
        return new string([.. line.Take(MostMessage).Where(c => !char.IsControl(c))]);
    }

    private static string Strike(string text, ImmutableCredentials keys)
    {
        text = text.Replace(keys.SecretKey, "***", StringComparison.Ordinal);
        return keys.UseToken ? text.Replace(keys.Token, "***", StringComparison.Ordinal) : text;
    }
}
