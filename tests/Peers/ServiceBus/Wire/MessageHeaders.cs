using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// A message as headers and a body. Every header that is not HTTP's own business is a property of the application; one
/// that is named like an HTTP header reaches the broker in that header's usual case, whatever the sender wrote (so a rule
/// on <c>origin</c> never sees it: it is <c>Origin</c>). The other names keep their case.
/// </summary>
internal static class MessageHeaders
{
    public const string BrokerProperties = "BrokerProperties";

    // What belongs to the transport and to clients' tracing.
    private static readonly HashSet<string> NotProperties = new(StringComparer.OrdinalIgnoreCase)
    {
        BrokerProperties, "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Connection", "Content-Length", "Content-Type", "Date",
        "Expect", "Host", "Keep-Alive", "Proxy-Connection", "Request-Id", "traceparent", "tracestate", "TE", "Transfer-Encoding", "User-Agent", "ServiceBusAuthorization",
    };

    // Of HTTP's own; by their usual case.
    private static readonly HashSet<string> HttpNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Age", "Allow", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Location", "Content-MD5", "Content-Range", "Cookie", "ETag", "Expires", "From",
        "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Modified", "Location", "Max-Forwards", "Origin", "Pragma",
        "Range", "Referer", "Retry-After", "Server", "Trailer", "Translate", "Upgrade", "Vary", "Via", "Warning",
    };

    /// <exception cref="FormatException">The BrokerProperties are not what they should be.</exception>
    public static Message ReadMessage(HttpRequest request, byte[] body)
    {
        var size = body.Length;
        var user = new List<KeyValuePair<string, object>>();
        foreach (var (name, value) in request.Headers)
        {
            if (NotProperties.Contains(name) || name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase)) continue;
            if (ReadValue(value.ToString()) is not { } read) continue;
            user.Add(KeyValuePair.Create(HttpNames.TryGetValue(name, out var usual) ? usual : name, read));
            size += name.Length + value.ToString().Length;
        }

        var broker = request.Headers[BrokerProperties].ToString();
        return new Message(body, request.ContentType, broker.Length == 0 ? new MessageProperties() : PropertiesJson.Read(broker), user, size + broker.Length);
    }

    public static Answer WriteMessage(CallIn call, Received received, bool destroyed)
    {
        var headers = new List<KeyValuePair<string, string>>(received.Content.User.Count + 2) { KeyValuePair.Create(BrokerProperties, PropertiesJson.Write(received)) };
        if (!destroyed)
        {
            var address = string.Join('/', call.Path.Address.Split('/').Select(Uri.EscapeDataString)).Replace("%24", "$", StringComparison.Ordinal);
            headers.Add(KeyValuePair.Create("Location", $"{call.Origin}/{address}/messages/{received.Sequence}/{received.LockToken}"));
        }

        // A batch brings names that no header can have; they are left out.
        foreach (var (name, value) in received.Content.User)
        {
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))) headers.Add(KeyValuePair.Create(name, WriteValue(value)));
        }

        return new Answer(destroyed ? 200 : 201) { ContentType = received.Content.ContentType, Body = received.Content.Body, Headers = headers };
    }

    // Strings and dates are quoted, numbers and truths are not. Anything else is no value, and its header is left out.
    private static object? ReadValue(string text)
    {
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
        {
            var inner = text[1..^1];
            return DateTimeOffset.TryParseExact(inner, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : inner;
        }

        if (text is "true" or "false") return text == "true";
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string WriteValue(object value) => value switch
    {
        string text => '"' + string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) + '"', // a header is one line
        bool truth => truth ? "true" : "false",
        DateTimeOffset date => $"\"{date:r}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"a property cannot be a {value.GetType()}"),
    };
}
