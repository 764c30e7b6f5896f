using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The room's door: reads the fleet's part of a configuration file, and of varnish-towncrier's environment.</summary>
internal static class FleetReader
{
    /// <summary>The file's part, without varnish-towncrier's settings.</summary>
    /// <param name="top">The whole file.</param>
    public static FleetOptions Read(YamlSection top, List<ConfigProblem> problems)
    {
        var name = Name(top, problems);
        return new FleetOptions
        {
            Sources = [.. Sources(top, name ?? Environment.MachineName, problems)],
            Targets = TargetSections.Read(top, problems),
            Publishers = Publishers(top, problems),
            Receipts = Receipts(top, problems),
            Admission = AllowSection.Read(top, problems),
            Name = name,
            Warm = WarmSection.Read(top, name ?? Environment.MachineName, problems),
        };
    }

    /// <summary>Adds varnish-towncrier's settings, of the file and of the environment, and refuses what could not be told apart.</summary>
    public static FleetOptions Complete(ConfigLayer file, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var fleet = file.Fleet;
        if (VarnishTowncrier.Combine(file.Original, environment, problems) is var (source, target))
            fleet = fleet with { Sources = source is null ? fleet.Sources : [source, .. fleet.Sources], Targets = [target, .. fleet.Targets] };
        var labels = fleet.Sources.SelectMany(input => input.Labels.Select(label => $"{input.Kind} '{label}'"));
        foreach (var twice in labels.GroupBy(label => label, StringComparer.Ordinal).Where(same => same.Count() > 1))
            problems.Add(new ConfigProblem("sources", $"{twice.Key} is read twice, and its positions and metrics could not be told apart", "Give each a name of its own, such as 'name: eu' in its section"));
        var machine = fleet.Name ?? Environment.MachineName;
        return fleet with
        {
            Name = machine,
            Admission = fleet.Admission with { Labels = new Dictionary<string, string>(fleet.Admission.Labels, StringComparer.Ordinal) { ["host"] = machine } },
        };
    }

    private static IEnumerable<SourceInput> Sources(YamlSection top, string host, List<ConfigProblem> problems)
    {
        foreach (var item in top.Sections("sources"))
        {
            var name = item.Text("name");
            foreach (var (broker, section) in Brokers(item))
            {
                var own = section.Text("name") ?? name;
                if (broker.Source(section, host, problems) is { } input) yield return SourceName(own, problems) is { } called ? input.Called(called) : input;
            }
        }
    }

    private static Dictionary<string, PublisherInput> Publishers(YamlSection top, List<ConfigProblem> problems)
    {
        var publishers = new Dictionary<string, PublisherInput>(StringComparer.Ordinal);
        if (top.Section("publishers") is not { } section) return publishers;
        foreach (var (name, publisher) in section.All())
        {
            if (publisher.IsEmpty) problems.Add(new ConfigProblem(publisher.Where, $"the publisher '{name}' is empty", Examples(broker => broker.Example)));
            if (One<PublisherInput>(publisher, broker => broker.Publisher, problems) is { } input) publishers[name] = input;
        }

        return publishers;
    }

    private static PublisherInput? Receipts(YamlSection top, List<ConfigProblem> problems)
    {
        if (top.Section("receipts") is not { } receipts) return null;
        if (receipts.IsEmpty) problems.Add(new ConfigProblem(receipts.Where, "receipts name no broker", Examples(broker => broker.ReceiptsExample)));
        return One<PublisherInput>(receipts, broker => broker.Receipts, problems);
    }

    /// <summary>The one broker that a section names; null when it names none, several, or one that cannot be used.</summary>
    public static T? One<T>(YamlSection section, Func<Broker, Func<YamlSection, List<ConfigProblem>, T?>> reader, List<ConfigProblem> problems)
        where T : class
    {
        List<(Broker Broker, YamlSection Section)> named = [.. Brokers(section)];
        section.Finish();
        if (named.Count > 1) problems.Add(new ConfigProblem(section.Where, $"{string.Join(" and ", named.Select(one => one.Broker.Kind))} are both named, and only one can be used", "Keep one of them"));
        return named.Count == 0 ? null : reader(named[0].Broker)(named[0].Section, problems);
    }

    private static IEnumerable<(Broker Broker, YamlSection Section)> Brokers(YamlSection section)
    {
        foreach (var broker in Broker.All)
            if (section.Section(broker.Kind, mustHold: true) is { } found) yield return (broker, found);
    }

    private static string Examples(Func<Broker, string> example) => $"Write '{string.Join("' or '", Broker.All.Select(example))}' below it";

    private static string? SourceName(Sourced<string>? given, List<ConfigProblem> problems)
    {
        if (given is not { } name || name.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return given?.Value;
        problems.Add(new ConfigProblem(name.Where, $"'{name.Value}' is no name for a source", "Write letters, digits, -, _ and . only, such as 'name: cms-eu'"));
        return null;
    }

    private static string? Name(YamlSection top, List<ConfigProblem> problems)
    {
        if (top.Text("name") is not { } name) return null;
        if (name.Value.Length <= 200 && !name.Value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return name.Value;
        problems.Add(new ConfigProblem(name.Where, "the name holds a blank or is longer than 200 characters", "Write the host's name, such as cache-eu-1"));
        return null;
    }
}
