using System.CommandLine;
using Towncrier.Agent;

namespace Towncrier.Host.Fleets;

/// <summary>The words of <c>towncrier fleet</c>.</summary>
internal sealed class FleetWords(TextWriter output, TextWriter error, TimeProvider clock)
{
    private readonly Option<string> _config = new("--config", "-c") { Description = "The configuration file, whose aws sources name the fleets." };
    private readonly Option<string> _region = new("--region") { Description = "Of this region; with --fleet, no configuration is needed." };
    private readonly Option<string> _fleet = new("--fleet") { Description = "Of this fleet." };
    private readonly Option<string> _endpoint = new("--endpoint") { Description = "With --region: an address for SQS and SNS, such as an emulator's." };
    private readonly Option<string> _profile = new("--profile") { Description = "With --region: a profile of AWS's shared configuration." };
    private readonly FleetCommands _commands = new(output, error, clock);

    public Command Build(Option<bool> json, Func<IReadOnlyDictionary<string, string>> environment)
    {
        var list = new Command("ls", "Lists the queues of every host of a fleet, whoever made them.") { _config, _region, _fleet, _endpoint, _profile, json };
        list.SetAction(async (parsed, stop) => (int)await _commands.ListAsync(Request(parsed, json), environment(), stop).ConfigureAwait(false));

        var unread = new Option<string>("--unread-for") { Description = "How long a host must have been silent. Default 4d." };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing." };
        var reap = new Command("reap", "Removes the queues that agents made on hosts that are no more.") { _config, _region, _fleet, _endpoint, _profile, unread, dry, json };
        reap.SetAction(async (parsed, stop) =>
        {
            var (silent, given) = (TimeSpan.FromDays(4), parsed.GetValue(unread));
            if (given is null || (Durations.TryRead(given, out silent) && silent >= FleetCommands.ShortestUnread))
                return (int)await _commands.ReapAsync(Request(parsed, json) with { UnreadFor = silent }, silent, parsed.GetValue(dry), environment(), stop).ConfigureAwait(false);
            await error.WriteLineAsync($"towncrier: --unread-for: '{OneLine.Of(given)}' is not a duration of at least {Durations.Write(FleetCommands.ShortestUnread)}: a living host says so from time to time only; write 4d").ConfigureAwait(false);
            return (int)ExitCode.Usage;
        });
        return new Command("fleet", "Looks after the queues that agents of a fleet make at AWS.") { list, reap };
    }

    private FleetRequest Request(ParseResult parsed, Option<bool> json) => new()
    {
        Config = parsed.GetValue(_config),
        Region = parsed.GetValue(_region),
        Fleet = parsed.GetValue(_fleet),
        Endpoint = parsed.GetValue(_endpoint),
        Profile = parsed.GetValue(_profile),
        Json = parsed.GetValue(json),
    };
}
