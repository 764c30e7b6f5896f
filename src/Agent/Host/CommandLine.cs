using System.Collections;
using System.CommandLine;
using Towncrier.Agent;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Asking;
using Towncrier.Host.Commands;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Relay;
using Towncrier.Host.Doctoring;
using Towncrier.Host.Fleets;
using Towncrier.Host.Publishing;
using Towncrier.Host.Relaying;
using Towncrier.Linux;

namespace Towncrier.Host;

/// <summary>The command line: names and words of everything <c>towncrier</c> does. Data goes to stdout, words to stderr.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter error, TimeProvider clock)
{
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line." };
    private readonly Option<string> _key = new("--key") { Description = "The proxy_cache_key, such as '$scheme$host$request_uri'; guessed if left out." };
    private readonly Option<string[]> _caches = Many("--cache", "A cache directory (proxy_cache_path).");
    private readonly Option<string> _cache = new("--cache") { Description = "The cache directory (proxy_cache_path)." };
    private readonly Option<string> _agent = new("--agent") { Description = $"The agent: http://HOST:PORT or unix:PATH. Default {AgentAddress.Default}." };
    private readonly Option<string> _state = new("--state") { Description = "Where the journal is kept." };
    private readonly Option<string> _config = new("--config") { Description = "The configuration file." };

    public async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Knows every file in nginx's proxy caches, and purges exactly what is meant.")
        {
            Agent(), Relay(), Scan(), List(), Inspect(), Why(), Purge(), Publish(), Fleet(), Status(), DoctorCommand(), Config(), Version(),
        };
        // A value that begins with @ is a value, and no file to read more arguments from.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors) await error.WriteLineAsync("towncrier: " + problem.Message).ConfigureAwait(false);
            await error.WriteLineAsync("Try 'towncrier --help'.").ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error }).ConfigureAwait(false);
        }
        catch (AgentUnreachableException e)
        {
            await error.WriteLineAsync("towncrier: " + e.Message).ConfigureAwait(false);
            return (int)ExitCode.AgentUnreachable;
        }
        catch (Exception e) when (e is LinuxException or AgentRefusedException)
        {
            await error.WriteLineAsync("towncrier: " + e.Message).ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }
        catch (IOException e)
        {
            await error.WriteLineAsync("towncrier: the output cannot be written: " + e.Message).ConfigureAwait(false);
            return (int)ExitCode.PartlyFailed;
        }
    }

    private Command Agent()
    {
        var listen = Many("--listen", "http://HOST:PORT or unix:PATH. Default http://127.0.0.1:8471.");
        var fence = new Option<string>("--fence") { Description = "How long an applied invalidation stays armed, such as 10s." };
        var hosts = Many("--host", "A public host of the --cache directories, when their keys hold none.");
        var tags = Many("--tag-header", "A response header that carries tags.");
        var token = new Option<string>("--token-file") { Description = "A file with the token that callers must show." };
        var log = new Option<string>("--log") { Description = "text, json or auto." };
        var command = new Command("agent", "Runs the agent until it is told to stop.") { _caches, _key, listen, _state, fence, _config, hosts, tags, token, log };
        command.SetAction(async (parsed, _) =>
        {
            var flags = new FlagValues
            {
                Config = parsed.GetValue(_config),
                Caches = parsed.GetValue(_caches) ?? [],
                Key = parsed.GetValue(_key),
                Hosts = parsed.GetValue(hosts) ?? [],
                Tags = parsed.GetValue(tags) ?? [],
                Listen = parsed.GetValue(listen) ?? [],
                State = parsed.GetValue(_state),
                Fence = parsed.GetValue(fence),
                TokenFile = parsed.GetValue(token),
                Log = parsed.GetValue(log),
            };
            var environment = Environment();
            (AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) ReadAgain() => AgentOptionsReader.Read(flags, environment);
            var (options, problems) = ReadAgain();
            if (options is not null) return (int)await AgentCommand.RunAsync(options, ReadAgain, clock, error).ConfigureAwait(false);
            ConfigCheck.Print(problems, output, error, json: false);
            return (int)ExitCode.Usage;
        });
        command.Add(Leave());
        return command;
    }

    private Command Relay()
    {
        var listen = Many("--listen", "http://HOST:PORT or unix:PATH. Default http://127.0.0.1:8472.");
        var token = new Option<string>("--token-file") { Description = "A file with the token that callers must show." };
        var log = new Option<string>("--log") { Description = "text, json or auto." };
        var command = new Command("relay", "Hands messages on from sources to publishers, by the routes of a file, until it is told to stop.") { _config, _state, listen, token, log };
        command.SetAction(async (parsed, _) =>
        {
            var flags = new FlagValues
            {
                Config = parsed.GetValue(_config),
                Listen = parsed.GetValue(listen) ?? [],
                State = parsed.GetValue(_state),
                TokenFile = parsed.GetValue(token),
                Log = parsed.GetValue(log),
            };
            var (options, problems) = RelayOptionsReader.Read(flags, Environment());
            if (options is not null) return (int)await RelayCommand.RunAsync(options, clock, error).ConfigureAwait(false);
            ConfigCheck.Print(problems, output, error, json: false);
            return (int)ExitCode.Usage;
        });
        return command;
    }

    private Command Leave()
    {
        var command = new Command("leave", "Removes what the agent made for this host at its brokers; for hosts that do not come back.") { _config, _caches, _state };
        command.SetAction(async (parsed, stop) =>
        {
            var flags = new FlagValues { Config = parsed.GetValue(_config), Caches = parsed.GetValue(_caches) ?? [], State = parsed.GetValue(_state) };
            var (options, problems) = AgentOptionsReader.Read(flags, Environment());
            if (options is not null) return (int)await LeaveCommand.RunAsync(options, output, error, clock, stop).ConfigureAwait(false);
            ConfigCheck.Print(problems, output, error, json: false);
            return (int)ExitCode.Usage;
        });
        return command;
    }

    private Command Scan()
    {
        var directory = new Argument<string>("DIR") { Description = "The cache directory." };
        var command = new Command("scan", "Counts what is in a cache directory.") { directory, _key, _json };
        command.SetAction((parsed, stop) => WithKey(parsed, template =>
            ScanCommand.Run(parsed.GetValue(directory)!, template, parsed.GetValue(_json), output, error, clock, stop)));
        return command;
    }

    private Command List()
    {
        var directory = new Argument<string>("DIR") { Description = "The cache directory." };
        var (host, tag, prefix, wildcard, regex) = (One("--host", "Of this host."), One("--tag", "With this tag."), One("--prefix", "With this URL prefix."),
            One("--wildcard", "With a URL that fits, * being any run."), One("--regex", "With a URL in which this is found."));
        var command = new Command("ls", "Lists entries; every filter must fit.") { directory, host, tag, prefix, wildcard, regex, _key, _json };
        command.SetAction((parsed, stop) => WithKey(parsed, template =>
        {
            var query = new EntryQuery(parsed.GetValue(host), null, parsed.GetValue(tag), parsed.GetValue(prefix), parsed.GetValue(wildcard), parsed.GetValue(regex), int.MaxValue);
            return ListCommand.Run(parsed.GetValue(directory)!, template, query, parsed.GetValue(_json), output, error, clock, stop);
        }));
        return command;
    }

    private Command Inspect()
    {
        var what = new Argument<string>("FILE|URL") { Description = "A cache file, or a URL together with --cache." };
        var command = new Command("inspect", "Shows everything in a cache file's header.") { what, _cache, _key, _json };
        command.SetAction((parsed, stop) => WithKey(parsed, template =>
            InspectCommand.Run(parsed.GetValue(what)!, parsed.GetValue(_cache), template, parsed.GetValue(_json), output, error, clock, stop)));
        return command;
    }

    private Command Why()
    {
        var url = new Argument<string>("URL") { Description = "An absolute URL, or a path for any host." };
        var command = new Command("why", "Asks the agent why a URL is or is not cached.") { url, _agent, _json };
        command.SetAction((parsed, stop) => WithAgent(parsed, agent => AskCommands.WhyAsync(parsed.GetValue(url)!, agent, parsed.GetValue(_json), output, stop)));
        return command;
    }

    private Command Status()
    {
        var command = new Command("status", "Asks the agent how it is.") { _agent, _json };
        command.SetAction((parsed, stop) => WithAgent(parsed, agent => AskCommands.StatusAsync(agent, parsed.GetValue(_json), output, stop)));
        return command;
    }

    private Command Purge() => new PurgeLine(output, error, clock).Build(_cache, _agent, _json, WithAgent);

    private Command Publish() => new PublishLine(output, error, clock).Build(new Option<bool>("--json") { Description = "One JSON object." }, Environment);

    private Command Fleet() => new FleetWords(output, error, clock).Build(_json, Environment);

    private Command DoctorCommand()
    {
        var nginx = One("--nginx", "The output of nginx -T, or a configuration file; runs nginx -T if left out.");
        var command = new Command("doctor", "Names every pitfall in nginx's configuration and the cache directory.") { nginx, _caches, _state, _json };
        command.SetAction((parsed, stop) => Doctor.RunAsync(
            new DoctorOptions { NginxFile = parsed.GetValue(nginx), Caches = parsed.GetValue(_caches) ?? [], StateDirectory = parsed.GetValue(_state), Json = parsed.GetValue(_json) },
            output, error, null, stop));
        return command;
    }

    private Command Config() => new ConfigLine(output, error, Environment).Build(_config, _caches, _key, _state, _agent, _json, WithAgent);

    private Command Version()
    {
        var command = new Command("version", "Prints the version.") { _json };
        command.SetAction(parsed => output.WriteLine(parsed.GetValue(_json) ? Json.Line(new { Version = ProductVersion.Text }) : "towncrier " + ProductVersion.Text));
        return command;
    }

    private static Option<string> One(string name, string description) => new(name) { Description = description };

    internal static Option<string[]> Many(string name, string description) => new(name) { Description = description + " May be repeated.", Arity = ArgumentArity.OneOrMore };

    private static Dictionary<string, string> Environment()
        => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!);

    private Task<int> WithKey(ParseResult parsed, Func<KeyTemplate, ExitCode> run)
    {
        var text = parsed.GetValue(_key);
        if (KeyTemplate.TryParse(text ?? "auto", out var template, out var problem)) return Task.FromResult((int)run(template));
        error.WriteLine("towncrier: --key: " + problem);
        return Task.FromResult((int)ExitCode.Usage);
    }

    private async Task<int> WithAgent(ParseResult parsed, Func<AgentClient, Task<ExitCode>> ask)
    {
        var text = parsed.GetValue(_agent) ?? AgentAddress.Default;
        if (AgentAddress.Parse(text) is not { } address)
        {
            await error.WriteLineAsync($"towncrier: --agent: {text} is no address: give http://HOST:PORT or unix:PATH").ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }

        using var client = new AgentClient(address, System.Environment.GetEnvironmentVariable("TOWNCRIER_TOKEN"));
        return (int)await ask(client).ConfigureAwait(false);
    }
}
