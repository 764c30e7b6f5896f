using System.CommandLine;
using Towncrier.Agent;
using Towncrier.Host.Commands;

namespace Towncrier.Host.Publishing;

/// <summary>The words of <c>towncrier publish</c>, and of varnish-towncrier's three publish commands below it.</summary>
internal sealed class PublishLine(TextWriter output, TextWriter error, TimeProvider clock)
{
    /// <summary>Longer than any agent takes; receipts are not kept for so long.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly Option<string> _config = new("--config", "-c") { Description = "The configuration file.", Recursive = true };
    private readonly Option<string> _to = new("--to") { Description = "The publisher's name in the configuration, when there are several.", Recursive = true };
    private readonly Option<string> _redis = new("--redis") { Description = "A Redis that no configuration names: redis://user:password@host:6379/0.", Recursive = true };
    private readonly Option<string> _channel = new("--channel") { Description = "The channel to publish to. Default varnish.purge.", Recursive = true };
    private readonly Option<string> _stream = new("--stream") { Description = "The stream to add to.", Recursive = true };
    private readonly Option<bool> _wait = new("--wait") { Description = "Wait for the agents' receipts.", Recursive = true };
    private readonly Option<string> _expect = new("--expect") { Description = "With --wait: how many agents must answer, or their names with commas between.", Recursive = true };
    private readonly Option<string> _timeout = new("--timeout") { Description = "With --wait: how long. Default 5s.", Recursive = true };
    private readonly Option<string> _receipts = new("--receipts") { Description = "With --wait: the receipts' stream, when the configuration has none.", Recursive = true };
    private readonly Option<string> _signKey = new("--sign-key") { Description = "The id of the key to sign with.", Recursive = true };
    private readonly Option<string> _secret = new("--secret-file") { Description = "The file with that key's secret.", Recursive = true };
    private readonly Option<string> _source = new("--source") { Description = "Who sends it, for the audit.", Recursive = true };
    private readonly SelectionLine _selection = new();

    public Command Build(Option<bool> json, Func<IReadOnlyDictionary<string, string>> environment)
    {
        json.Recursive = true;
        var command = new Command("publish", "Sends invalidations to a fleet, by way of its broker.")
        {
            _config, _to, _redis, _channel, _stream, _wait, _expect, _timeout, _receipts, _signKey, _secret, _source, json,
        };
        _selection.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, _selection.Of(parsed.CommandResult).ToMessages(), json, environment(), stop));
        foreach (var original in (Command[])[Original("purge", "URLS", null), Original("ban", "EXPRESSIONS", "--url"), Original("xkey", "TAGS", "--soft")]) command.Add(original);
        return command;

        // As varnish-towncrier has them: values as arguments, --host, --channel, and one flag.
        Command Original(string name, string values, string? flag)
        {
            var what = new Argument<string[]>(values) { Arity = ArgumentArity.OneOrMore, Description = "One or more, each a value of the message." };
            var host = new Option<string>("--host") { Description = "The host the values are meant for." };
            var chosen = flag is null ? null : new Option<bool>(flag) { Description = flag == "--url" ? "The expressions are regular expressions on the URL." : "Expire only." };
            var sub = new Command(name, $"Sends varnish-towncrier's command {name}.") { what, host };
            if (chosen is not null) sub.Add(chosen);
            sub.Validators.Add(result =>
            {
                // What stands before the command is publish's own: the host, and how; but not a second thing to purge.
                var (before, after) = (_selection.Of(result), result.GetValue(host));
                if (before.HasValues) result.AddError($"'{name}' says what to purge: give it its values, and none of publish's own selectors");
                if (before.Hosts.Count + (string.IsNullOrEmpty(after) ? 0 : 1) > 1) result.AddError($"'{name}' takes one --host");
            });
            sub.SetAction((parsed, stop) => RunAsync(
                parsed,
                [Message(name, chosen is not null && parsed.GetValue(chosen), _selection.Of(parsed.CommandResult), parsed.GetValue(host), parsed.GetValue(what) ?? [])],
                json, environment(), stop));
            return sub;
        }
    }

    private static Invalidation Message(string name, bool flag, PurgeSelection before, string? host, string[] values) => new()
    {
        Command = (name, flag) switch
        {
            ("purge", _) => InvalidationCommand.Purge,
            ("ban", true) => InvalidationCommand.BanUrl,
            ("ban", false) => InvalidationCommand.Ban,
            _ => flag || before.Soft ? InvalidationCommand.XkeySoft : InvalidationCommand.Xkey,
        },
        Host = Array.Find([host, .. before.Hosts], one => !string.IsNullOrEmpty(one)),
        Mode = before.Soft ? PurgeMode.Soft : PurgeMode.Hard,
        DryRun = before.DryRun,
        Values = values,
    };

    private async Task<int> RunAsync(
        ParseResult parsed, IReadOnlyList<Invalidation> messages, Option<bool> json, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        var timeout = TimeSpan.FromSeconds(5);
        string? problem = null;
        if (messages.Count == 0) problem = SelectionLine.Needed;
        else if (parsed.GetValue(_timeout) is { } text && (!Durations.TryRead(text, out timeout) || timeout <= TimeSpan.Zero || timeout > LongestTimeout)) problem = $"--timeout: '{text}' is not a duration such as 5s, of at most {Durations.Write(LongestTimeout)}";
        else if (parsed.GetValue(_expect) is not null && !parsed.GetValue(_wait)) problem = "--expect says whose answers to wait for: give --wait too";
        if (problem is not null)
        {
            await error.WriteLineAsync("towncrier: " + problem).ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }

        var request = new PublishRequest
        {
            Messages = [.. messages.Select(message => message with { Source = parsed.GetValue(_source) ?? "cli" })],
            Config = parsed.GetValue(_config),
            To = parsed.GetValue(_to),
            RedisUrl = parsed.GetValue(_redis),
            Channel = parsed.GetValue(_channel),
            Stream = parsed.GetValue(_stream),
            Wait = parsed.GetValue(_wait),
            Expect = parsed.GetValue(_expect),
            Timeout = timeout,
            ReceiptsStream = parsed.GetValue(_receipts),
            SignKey = parsed.GetValue(_signKey),
            SecretFile = parsed.GetValue(_secret),
            Json = parsed.GetValue(json),
        };
        return (int)await PublishCommand.RunAsync(request, environment, output, error, clock, stop).ConfigureAwait(false);
    }
}
