using System.CommandLine;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Asking;
using Towncrier.Host.Commands;

namespace Towncrier.Host;

/// <summary>The words of <c>towncrier purge</c>: where, what, and how.</summary>
internal sealed class PurgeLine(TextWriter output, TextWriter error, TimeProvider clock)
{
    private readonly SelectionLine _selection = new();
    private readonly Option<string> _template = new("--key-template") { Description = "With --cache: the proxy_cache_key; guessed if left out." };

    public Command Build(Option<string> cache, Option<string> agent, Option<bool> json, Func<ParseResult, Func<AgentClient, Task<ExitCode>>, Task<int>> withAgent)
    {
        var command = new Command("purge", "Purges entries, through the agent or in a directory.")
        {
            cache, agent, _template, json,
        };
        _selection.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var selection = _selection.Of(parsed.CommandResult);
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
        return selection.ToMessages().Count == 0 ? SelectionLine.Needed : null;
    }
}
