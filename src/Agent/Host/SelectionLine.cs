using System.CommandLine;
using System.CommandLine.Parsing;
using Towncrier.Host.Commands;

namespace Towncrier.Host;

/// <summary>The words that say what to purge, for <c>purge</c> and <c>publish</c> alike.</summary>
internal sealed class SelectionLine
{
    private readonly Option<string[]> _url = CommandLine.Many("--url", "A URL, or a path for any host: every scheme, method and variant.");
    private readonly Option<string[]> _rawKey = CommandLine.Many("--key", "A raw cache key.");
    private readonly Option<string[]> _prefix = CommandLine.Many("--prefix", "A URL prefix.");
    private readonly Option<string[]> _wildcard = CommandLine.Many("--wildcard", "A URL pattern, * being any run of bytes.");
    private readonly Option<string[]> _regex = CommandLine.Many("--regex", "A regular expression to be found in the path and query.");
    private readonly Option<string[]> _tag = CommandLine.Many("--tag", "A tag (surrogate key).");
    private readonly Option<string[]> _ban = CommandLine.Many("--ban", "A ban expression, such as 'obj.http.x-type == page && obj.age > 1h'.");
    private readonly Option<string[]> _host = CommandLine.Many("--host", "Everything of a host; beside other selectors, the host those are looked for on.");
    private readonly Option<bool> _all = new("--all") { Description = "Everything." };
    private readonly Option<bool> _soft = new("--soft") { Description = "Expire only: the stale entry may be served while it is fetched anew." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be purged; change nothing." };

    public const string Needed = "say what to purge: --url, --key, --prefix, --wildcard, --regex, --tag, --ban, --host or --all";

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_url, _rawKey, _prefix, _wildcard, _regex, _tag, _ban, _host, _all, _soft, _dryRun]) command.Add(option);
    }

    public PurgeSelection Of(SymbolResult parsed) => new()
    {
        Urls = parsed.GetValue(_url) ?? [],
        Keys = parsed.GetValue(_rawKey) ?? [],
        Prefixes = parsed.GetValue(_prefix) ?? [],
        Wildcards = parsed.GetValue(_wildcard) ?? [],
        Regexes = parsed.GetValue(_regex) ?? [],
        Tags = parsed.GetValue(_tag) ?? [],
        Bans = parsed.GetValue(_ban) ?? [],
        Hosts = parsed.GetValue(_host) ?? [],
        All = parsed.GetValue(_all),
        Soft = parsed.GetValue(_soft),
        DryRun = parsed.GetValue(_dryRun),
    };
}
