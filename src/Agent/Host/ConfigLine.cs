using System.CommandLine;
using Towncrier.Agent.Governing;
using Towncrier.Host.Asking;
using Towncrier.Host.Commands;
using Towncrier.Host.Configuring;

namespace Towncrier.Host;

/// <summary>The words of <c>towncrier config</c>: check a file, or look at and change the limits of a running agent.</summary>
internal sealed class ConfigLine(TextWriter output, TextWriter error, Func<IReadOnlyDictionary<string, string>> environment)
{
    private readonly Option<string> _cache = new("--cache") { Description = "One of the agent's caches; all of them if left out." };

    public Command Build(
        Option<string> config, Option<string[]> caches, Option<string> key, Option<string> state, Option<string> agent, Option<bool> json,
        Func<ParseResult, Func<AgentClient, Task<ExitCode>>, Task<int>> withAgent)
        => new("config", "Checks the configuration; shows and changes the limits of a running agent.")
        {
            Check(config, caches, key, state, json), Get(agent, json, withAgent), Set(agent, json, withAgent),
        };

    private Command Check(Option<string> config, Option<string[]> caches, Option<string> key, Option<string> state, Option<bool> json)
    {
        var file = new Argument<string?>("FILE") { Description = "The configuration file.", Arity = ArgumentArity.ZeroOrOne };
        var check = new Command("check", "Checks a configuration and prints what it amounts to.") { file, config, caches, key, state, json };
        check.SetAction(parsed => ConfigCheck.Run(
            new FlagValues { Config = parsed.GetValue(file) ?? parsed.GetValue(config), Caches = parsed.GetValue(caches) ?? [], Key = parsed.GetValue(key), State = parsed.GetValue(state) },
            environment(), output, error, parsed.GetValue(json)));
        return check;
    }

    private Command Get(Option<string> agent, Option<bool> json, Func<ParseResult, Func<AgentClient, Task<ExitCode>>, Task<int>> withAgent)
    {
        var get = new Command("get", "Shows the limits of a running agent's caches.") { _cache, agent, json };
        get.SetAction((parsed, stop) => withAgent(parsed, client => ConfigCommands.GetAsync(parsed.GetValue(_cache), client, parsed.GetValue(json), output, stop)));
        return get;
    }

    private Command Set(Option<string> agent, Option<bool> json, Func<ParseResult, Func<AgentClient, Task<ExitCode>>, Task<int>> withAgent)
    {
        var settings = new Argument<string[]>("KEY=VALUE") { Description = $"One or more of {string.Join(", ", LimitWords.Keys)}.", Arity = ArgumentArity.OneOrMore };
        var set = new Command("set", "Changes limits of a running agent, until it is reloaded or restarted.") { settings, _cache, agent, json };
        set.SetAction((parsed, stop) => withAgent(parsed, client => ConfigCommands.SetAsync(parsed.GetValue(settings) ?? [], parsed.GetValue(_cache), client, parsed.GetValue(json), output, stop)));
        return set;
    }
}
