using System.Text.RegularExpressions;

namespace Towncrier.Host.Doctoring.Checks;

/// <summary>The variables of a key template and what stands between them.</summary>
internal sealed partial class KeyTemplate(string template)
{
    private static readonly string[] Hosts = ["host", "http_host", "server_name", "ssl_server_name", "http_x_forwarded_host"];
    private static readonly string[] Uris = ["request_uri", "uri", "document_uri", "request", "request_filename"];
    private static readonly string[] Queries = ["is_args", "args", "query_string"];

    private readonly List<Match> _variables = [.. Variable().Matches(template).Cast<Match>()];

    public bool Has(string variable) => _variables.Any(v => Name(v) == variable);

    // A map's variable may well hold the host: a name that says so is believed, and so is a host written out.
    public bool HasPublicHost => WrittenHost().IsMatch(Variable().Replace(template, " ")) || _variables.Any(v => Hosts.Contains(Name(v)) || (Name(v) != "proxy_host" && Name(v).Contains("host")));

    public bool HasUri => _variables.Any(v => Uris.Contains(Name(v)) || Name(v).Contains("uri") || Name(v).Contains("url"));

    /// <summary>The variable that follows the URI, or its query, with nothing between; null when there is none.</summary>
    public string? OpenEnd
    {
        get
        {
            var at = _variables.FindLastIndex(v => Uris.Contains(Name(v)));
            if (at < 0) return null;
            var hasQuery = Name(_variables[at]) is "request_uri" or "request";
            for (var next = at + 1; next < _variables.Count; next++)
            {
                var between = template[(_variables[next - 1].Index + _variables[next - 1].Length).._variables[next].Index];
                var name = Name(_variables[next]);
                if (!hasQuery && Queries.Contains(name) && between is "" or "?") continue;
                return between.Length == 0 ? name : null;
            }

            return null;
        }
    }

    private static string Name(Match variable) => variable.Groups[1].Value;

    [GeneratedRegex(@"[a-z0-9-]\.[a-z]{2,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WrittenHost();

    [GeneratedRegex(@"\$\{?([A-Za-z0-9_]+)\}?", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
