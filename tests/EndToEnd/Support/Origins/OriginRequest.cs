namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>One request as the origin received it, whatever the protocol. Header names compare without case.</summary>
internal sealed record OriginRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>1 for the first request of this target, 2 for the second, and so on.</summary>
    public int Number { get; init; }

    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The header's value, or "" when it was not sent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Builds a request out of CGI variables: HTTP_ACCEPT_LANGUAGE becomes the header accept-language.</summary>
    public static OriginRequest OfCgi(IReadOnlyDictionary<string, string> variables)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in variables)
        {
            if (name.StartsWith("HTTP_", StringComparison.Ordinal))
                headers[name[5..].Replace('_', '-')] = value;
        }
        return new OriginRequest(
            variables.GetValueOrDefault("REQUEST_METHOD", "GET"), variables.GetValueOrDefault("REQUEST_URI", "/"), headers);
    }
}
