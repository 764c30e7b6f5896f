using System.CommandLine;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Asking;
using Towncrier.Host.Commands;

namespace Towncrier.Host;

/// <summary>The words of <c>towncrier purge</c>: where, what, and how.</summary>
internal sealed class PurgeLine(TextWriter output, TextWriter error, TimeProvider clock)
{
    private readonly Option<string[]> _url = CommandLine.Many("--url", "A URL, or a path for any host: every scheme, method and variant.");
    private readonly Option<string[]> _rawKey = CommandLine.Many("--key", "A raw cache key.");
    private readonly Option<string[]> _prefix = CommandLine.Many("--prefix", "A URL prefix.");
    private readonly Option<string[]> _wildcard = CommandLine.Many("--wildcard", "A URL pattern, * being any run of bytes.");
    private readonly Option<string[]> _regex = CommandLine.Many("--regex", "A regular expression to be found in the path and query.");
    private readonly Option<string[]> _tag = CommandLine.Many("--tag", "A tag (surrogate key).");
    private readonly Option<string[]> _host = CommandLine.Many("--host", "Everything of a host; beside other selectors, the host those are looked for on.");
    private readonly Option<string> _template = new("--key-template") { Description = "With --cache: the proxy_cache_key; guessed if left out." };
    private readonly Option<bool> _all = new("--all") { Description = "Everything." };
    private readonly Option<bool> _soft = new("--soft") { Description = "Expire only: nginx may serve stale while it revalidates." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be purged; change nothing." };

    public Command Build(Option<string> cache, Option<string> agent, Option<bool> json, Func<ParseResult, Func<AgentClient, Task<ExitCode>>, Task<int>> withAgent)
    {
        var command = new Command("purge", "Purges entries, through the agent or in a directory.")
        {
            cache, agent, _template, _url, _rawKey, _prefix, _wildcard, _regex, _tag, _host, _all, _soft, _dryRun, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var selection = SelectionOf(parsed);
            var directory = parsed.GetValue(cache);
            if (Problem(selection, directory, parsed.GetValue(agent), parsed.GetValue(_template)) is { } problem)
            {
                await error.WriteLineAsync("towncrier: " + problem).ConfigureAwait(false);
                return (int)ExitCode.Usage;
            }

            if (directory is null)
                return await withAgent(parsed, client => PurgeCommand.ThroughAgentAsync(selection, client, parsed.GetValue(json), output, error, stop)).ConfigureAwait(false);
            var settings = new CacheSettings { Path = directory, Key = parsed.GetValue(_template) };
            return (int)PurgeCommand.Local(selection, settings, parsed.GetValue(json), output, error, clock, stop);
        });
        return command;
    }

    private static string? Problem(PurgeSelection selection, string? directory, string? agent, string? template)
    {
        if (directory is not null && agent is not null) return "give either --cache or --agent, not both";
        if (template is not null && !KeyTemplate.TryParse(template, out _, out var problem)) return "--key-template: " + problem;
        return selection.ToMessages().Count == 0
            ? "say what to purge: --url, --key, --prefix, --wildcard, --regex, --tag, --host or --all"
            : null;
    }

    private PurgeSelection SelectionOf(ParseResult parsed) => new()
    {
        Urls = parsed.GetValue(_url) ?? [],
        Keys = parsed.GetValue(_rawKey) ?? [],
        Prefixes = parsed.GetValue(_prefix) ?? [],
        Wildcards = parsed.GetValue(_wildcard) ?? [],
        Regexes = parsed.GetValue(_regex) ?? [],
        Tags = parsed.GetValue(_tag) ?? [],
        Hosts = parsed.GetValue(_host) ?? [],
        All = parsed.GetValue(_all),
        Soft = parsed.GetValue(_soft),
        DryRun = parsed.GetValue(_dryRun),
    };
}
