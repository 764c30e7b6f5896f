using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>What of an entry a test looks at.</summary>
internal enum BanField : byte
{
    Url,
    Host,
    Header,
    Status,
    Age,
    Ttl,
}

/// <summary>The fields' names.</summary>
internal static class BanFields
{
    private const string Known = "req.url, req.http.host, obj.http.NAME, obj.status, obj.age and obj.ttl";
    private const string ObjHttp = "obj.http.";
    private const string ReqHttp = "req.http.";

    public static bool IsDuration(BanField field) => field is BanField.Age or BanField.Ttl;

    /// <param name="header">The header's name, of <see cref="BanField.Header"/>.</param>
    /// <param name="problem">Why it is none, without its position.</param>
    public static bool TryParse(string text, out BanField field, out string header, out string problem)
    {
        (field, header, problem) = (default, "", "");
        switch (text)
        {
            case "req.url": field = BanField.Url; return true;
            case "obj.status": field = BanField.Status; return true;
            case "obj.age": field = BanField.Age; return true;
            case "obj.ttl": field = BanField.Ttl; return true;
        }

        if (text.StartsWith(ObjHttp, StringComparison.Ordinal))
        {
            (field, header) = (BanField.Header, text[ObjHttp.Length..]);
            problem = header.Length == 0 ? "no header is named after obj.http." : HeaderFields.IsName(header) ? "" : $"'{header}' cannot be a header's name";
            return problem.Length == 0;
        }

        if (text.StartsWith(ReqHttp, StringComparison.Ordinal))
        {
            field = BanField.Host;
            if (text.AsSpan(ReqHttp.Length).Equals("host", StringComparison.OrdinalIgnoreCase)) return true;
            problem = $"a cache file keeps nothing of the request but its URL and host, so '{text}' cannot be tested; known are {Known}";
            return false;
        }

        problem = $"unknown field '{text}'; known are {Known}";
        return false;
    }
}
