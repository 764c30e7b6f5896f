using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The room's door: reads the fleet's part of a configuration file, and of varnish-towncrier's environment.</summary>
internal static class FleetReader
{
    /// <summary>The file's part, without varnish-towncrier's settings.</summary>
    /// <param name="top">The whole file.</param>
    public static FleetOptions Read(YamlSection top, List<ConfigProblem> problems) => new()
    {
        Redis = Sources(top, problems),
        Targets = TargetSections.Read(top, problems),
        Publishers = Publishers(top, problems),
        Receipts = Receipts(top, problems),
        Admission = AllowSection.Read(top, problems),
        Name = Name(top, problems),
    };

    /// <summary>Adds varnish-towncrier's settings, of the file and of the environment, and refuses what could not be told apart.</summary>
    public static FleetOptions Complete(ConfigLayer file, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var fleet = file.Fleet;
        if (VarnishTowncrier.Combine(file.Original, environment, problems) is var (source, target))
            fleet = fleet with { Redis = source is null ? fleet.Redis : [source, .. fleet.Redis], Targets = [target, .. fleet.Targets] };
        var labels = fleet.Redis.SelectMany(input => input.Options.Channels.Append(input.Options.Stream)).OfType<string>();
        foreach (var twice in labels.GroupBy(label => label, StringComparer.Ordinal).Where(same => same.Count() > 1))
            problems.Add(new ConfigProblem("sources", $"the channel or stream '{twice.Key}' is read twice, and its positions and metrics could not be told apart", "Give one of them another name"));
        var machine = fleet.Name ?? Environment.MachineName;
        return fleet with
        {
            Name = machine,
            Admission = fleet.Admission with { Labels = new Dictionary<string, string>(fleet.Admission.Labels, StringComparer.Ordinal) { ["host"] = machine } },
        };
    }

    private static List<RedisInput> Sources(YamlSection top, List<ConfigProblem> problems)
    {
        var inputs = new List<RedisInput>();
        foreach (var section in top.Sections("sources"))
            if (section.Section("redis", mustHold: true) is { } redis && RedisSections.Source(redis, problems) is { } input) inputs.Add(input);
        return inputs;
    }

    private static Dictionary<string, RedisPublisherOptions> Publishers(YamlSection top, List<ConfigProblem> problems)
    {
        var publishers = new Dictionary<string, RedisPublisherOptions>(StringComparer.Ordinal);
        if (top.Section("publishers") is not { } section) return publishers;
        foreach (var (name, publisher) in section.All())
        {
            if (publisher.Section("redis", mustHold: true) is { } redis)
            {
                if (RedisSections.Publisher(redis, problems) is { } options) publishers[name] = options;
            }
            else if (publisher.IsEmpty)
            {
                problems.Add(new ConfigProblem(publisher.Where, $"the publisher '{name}' is empty", "Write 'redis: { url: .., channel: .. }' below it"));
            }

            foreach (var kind in FileLayer.LaterSources) publisher.NotSupported(kind, "Use 'redis', the only publisher of this version");
            publisher.Finish();
        }

        return publishers;
    }

    private static RedisPublisherOptions? Receipts(YamlSection top, List<ConfigProblem> problems)
    {
        if (top.Section("receipts") is not { } receipts) return null;
        var options = receipts.Section("redis", mustHold: true) is { } redis ? RedisSections.Publisher(redis, problems) : null;
        if (options is null && receipts.IsEmpty) problems.Add(new ConfigProblem(receipts.Where, "receipts name no broker", "Write 'redis: { url: .., stream: towncrier.receipts }' below it"));
        receipts.Finish();
        return options;
    }

    private static string? Name(YamlSection top, List<ConfigProblem> problems)
    {
        if (top.Text("name") is not { } name) return null;
        if (name.Value.Length <= 200 && !name.Value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return name.Value;
        problems.Add(new ConfigProblem(name.Where, "the name holds a blank or is longer than 200 characters", "Write the host's name, such as cache-eu-1"));
        return null;
    }
}
