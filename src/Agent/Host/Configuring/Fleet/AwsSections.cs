using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>aws:</c> sections of sources, publishers and receipts. A region is that of the topic's or the queue's ARN, unless it is given.</summary>
internal static class AwsSections
{
    /// <summary>What stands for a queue that the agent makes for itself.</summary>
    public const string Auto = "auto";

    private const string SourceExample = "Such as 'aws: { region: eu-west-1, queue: NAME }', or 'aws: { topic: \"arn:aws:sns:eu-west-1:123456789012:towncrier\", queue: auto, fleet: www }'";

    private const string PublisherExample = "Such as 'aws: { topic: \"arn:aws:sns:eu-west-1:123456789012:towncrier\" }', or 'aws: { region: eu-west-1, queue: NAME }'";

    /// <summary>A source; null when it cannot be used, with a problem added.</summary>
    /// <param name="host">This agent's name, for the queue it makes.</param>
    public static SourceInput? Source(YamlSection section, string host, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (queue, topic) = (section.Text("queue"), section.Text("topic"));
        var defaults = new AwsSourceOptions();
        var options = defaults with
        {
            Access = Access(section, topic, queue, problems),
            Queue = queue is { Value: not Auto } named ? named.Value : null,
            Topic = topic?.Value,
            Fleet = section.Text("fleet")?.Value ?? defaults.Fleet,
            Host = host,
            FilterPolicy = section.Text("filter_policy")?.Value,
            Loops = Numbers.Whole(section, "loops", defaults.Loops, problems),
            Window = Numbers.Whole(section, "window", defaults.Window, problems),
            Visibility = Numbers.Duration(section, "visibility", defaults.Visibility, problems),
            Wait = Numbers.Duration(section, "wait", defaults.Wait, problems),
            MostReceives = Numbers.Whole(section, "most_receives", defaults.MostReceives, problems),
            Retention = Numbers.Duration(section, "retention", defaults.Retention, problems),
            Beat = Numbers.Duration(section, "heartbeat", defaults.Beat, problems),
        };
        var gap = GapSetting.Read(section, problems);
        section.Finish();
        if (problems.Count > before) return null;
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, SourceExample)));
        return problems.Count > before ? null : AwsInputs.Source(options, gap);
    }

    /// <inheritdoc cref="Source"/>
    public static PublisherInput? Publisher(YamlSection section, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (queue, topic) = (section.Text("queue"), section.Text("topic"));
        var defaults = new AwsPublisherOptions();
        var options = defaults with
        {
            Access = Access(section, topic, queue, problems),
            Queue = queue?.Value,
            Topic = topic?.Value,
            Group = section.Text("group")?.Value ?? defaults.Group,
        };
        section.Finish();
        if (problems.Count > before) return null;
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, PublisherExample)));
        return problems.Count > before ? null : AwsInputs.Publisher(options);
    }

    /// <summary>A queue that agents send to, and publishers read.</summary>
    public static PublisherInput? Receipts(YamlSection section, List<ConfigProblem> problems)
    {
        var topic = section.Text("topic");
        if (Publisher(section, problems) is not { } input) return null;
        if (topic is not { } given) return input;
        problems.Add(new ConfigProblem(given.Where, "receipts cannot be read from a topic", "Write 'queue: NAME', a queue that agents may send to and publishers may read"));
        return null;
    }

    private static AwsAccess Access(YamlSection section, Sourced<string>? topic, Sourced<string>? queue, List<ConfigProblem> problems)
    {
        var (region, profile) = (section.Text("region")?.Value ?? RegionOf(topic) ?? RegionOf(queue), section.Text("profile")?.Value);
        // A queue's name is the same in every region: which one is meant must not depend on who starts the agent, and where.
        if (region is null && profile is null && queue is not null)
            problems.Add(new ConfigProblem(section.Where, "nothing says in which region the queue is", "Write 'region: eu-west-1', or the queue's ARN"));
        return new AwsAccess { Region = region, Endpoint = Endpoint(section, problems), Profile = profile };
    }

    private static string? RegionOf(Sourced<string>? place) => place is { } given ? AwsAccess.RegionOf(given.Value) : null;

    private static Uri? Endpoint(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("endpoint") is not { } text) return null;
        if (Uri.TryCreate(text.Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0) return uri;
        problems.Add(new ConfigProblem(text.Where, "endpoint is not an http or https address without a login", "Write 'endpoint: \"http://127.0.0.1:4566\"'"));
        return null;
    }
}
