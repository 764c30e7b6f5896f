using System.Globalization;
using System.Text;
using Towncrier.Agent.Receiving;
using Towncrier.Host.Configuring.Yaml;
using Towncrier.Wire;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>allow:</c> section, and what else decides which messages are for this agent.</summary>
internal static class AllowSection
{
    private const string HostExample = "Write a name such as www.example.org, or *.example.org for all below it";

    public static AdmissionPolicy Read(YamlSection top, List<ConfigProblem> problems)
    {
        var policy = new AdmissionPolicy { ScopeTagsByHost = top.Flag("scope_tags_by_host") ?? false, Labels = Labels(top) };
        if (top.Section("allow") is not { } allow) return policy;
        var before = problems.Count;
        policy = policy with
        {
            Hosts = Hosts(allow, problems),
            Commands = Commands(Names(allow, "commands", problems), problems),
            Keys = [.. Keys(allow, problems)],
            UnsignedSources = Unsigned(allow, problems),
        };
        allow.Finish();
        if (policy.Keys.Count == 0 && problems.Count == before && allow.Keys.Contains("keys"))
            problems.Add(new ConfigProblem(allow.Where, "'keys' is empty: nothing would ask for a signature", "Add a key, or remove 'keys'"));
        if (policy.Keys.Count == 0 && policy.UnsignedSources.Count > 0)
            problems.Add(new ConfigProblem(allow.Where, "'unsigned' is given, but no keys: nothing asks for a signature", "Remove it, or add 'keys'"));
        return policy;
    }

    private static Dictionary<string, string> Labels(YamlSection top)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (top.Section("labels") is not { } section) return labels;
        foreach (var name in section.Keys) if (section.Text(name) is { } value) labels[name] = value.Value;
        return labels;
    }

    private static List<string> Hosts(YamlSection section, List<ConfigProblem> problems)
    {
        var hosts = Names(section, "hosts", problems);
        problems.AddRange(hosts.Where(host => host.Value.Any(c => char.IsWhiteSpace(c) || c is '/' or '\\')).Select(host => new ConfigProblem(host.Where, $"'{host.Value}' is not a host", HostExample)));
        return [.. hosts.Select(host => host.Value)];
    }

    /// <summary>The commands of these names; what is none is a problem.</summary>
    public static List<InvalidationCommand> Commands(IEnumerable<Sourced<string>> names, List<ConfigProblem> problems)
    {
        var commands = new List<InvalidationCommand>();
        foreach (var name in names)
        {
            if (CommandNames.TryParse(name.Value, out var command)) commands.Add(command);
            else problems.Add(new ConfigProblem(name.Where, $"'{name.Value}' is not a command", $"Known are {string.Join(", ", CommandNames.All)}"));
        }

        return commands;
    }

    // An empty list could be meant as nothing or as no limit; whoever guesses wrong lets everybody in.
    private static IReadOnlyList<Sourced<string>> Names(YamlSection section, string key, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var names = section.Texts(key);
        if (names is { Count: 0 } && problems.Count == before)
            problems.Add(new ConfigProblem(section.Where, $"the list '{key}' is empty", $"Name what is let in, or remove '{key}' to let in all"));
        return names ?? [];
    }

    private static List<string> Unsigned(YamlSection section, List<ConfigProblem> problems)
    {
        var kinds = section.Texts("unsigned") ?? [];
        problems.AddRange(kinds.Where(kind => kind.Value != "http" && Broker.All.All(broker => broker.Kind != kind.Value))
            .Select(kind => new ConfigProblem(kind.Where, $"'{kind.Value}' is not a kind of source", $"Write http, {Broker.Names}")));
        return [.. kinds.Select(kind => kind.Value)];
    }

    private static IEnumerable<SenderKey> Keys(YamlSection allow, List<ConfigProblem> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in allow.Sections("keys"))
        {
            var (id, file, expires) = (section.Text("id"), section.Text("secret_file"), section.Text("expires"));
            var (hosts, commands) = (Hosts(section, problems), Commands(Names(section, "commands", problems), problems));
            section.Finish();
            if (id is null) problems.Add(new ConfigProblem(section.Where, "a key has no id", "Write 'id: NAME', as senders name it in their signature"));
            if (file is null) problems.Add(new ConfigProblem(section.Where, "a key has no secret_file", "Write 'secret_file: FILE'; 'openssl rand -hex 32' makes a good secret"));
            if (id is not { } name || file is not { } path) continue;
            if (!seen.Add(name.Value)) problems.Add(new ConfigProblem(name.Where, $"the key '{name.Value}' is there twice", "Give each key its own id"));
            if (SecretFile.Read(path, "secret", problems) is not { } secret) continue;
            if (secret.Length < 16) problems.Add(new ConfigProblem(path.Where, "the secret is shorter than 16 characters, and can be guessed", "Make one by 'openssl rand -hex 32'"));
            yield return new SenderKey(name.Value, Encoding.UTF8.GetBytes(secret)) { Hosts = hosts, Commands = commands, Expires = Date(expires, problems) };
        }
    }

    private static DateTimeOffset? Date(Sourced<string>? text, List<ConfigProblem> problems)
    {
        if (text is not { } given) return null;
        if (DateTimeOffset.TryParse(given.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return date;
        problems.Add(new ConfigProblem(given.Where, $"'{given.Value}' is not a date", "Write a date such as 2027-01-31, or with a time: 2027-01-31T12:00:00Z"));
        return null;
    }
}
