using System.Text.Json;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws;

/// <summary>One queue to read, and how.</summary>
public sealed record AwsSourceOptions
{
    public AwsAccess Access { get; init; } = new();

    /// <summary>A provisioned queue: its name, its ARN or its URL. Null: the agent makes its own, <c>towncrier-FLEET-HOST</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>ARN of the SNS topic that feeds the queue; needed where the agent makes the queue. FIFO when it ends with <c>.fifo</c>.</summary>
    public string? Topic { get; init; }

    /// <summary>The fleet's name, in the names and tags of queues that agents make.</summary>
    public string Fleet { get; init; } = "default";

    /// <summary>This host's name, in the name and tags of the queue it makes.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>An SNS filter policy in JSON for the subscription the agent makes; null: everything.</summary>
    public string? FilterPolicy { get; init; }

    /// <summary>Long polls at a time. Default 1: some 1,000 messages a second in the queue's own region.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>Most messages received and not yet settled; no more are asked for while there are so many. Default 1,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>How long a received message stays hidden before SQS hands it out again; extended while it is applied. Default 30 s, SQS's own.</summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a receive waits for a message. Default and most 20 s, as SQS allows: fewer empty receives to pay for.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Receives of a message before the dead-letter queue of a queue that the agent makes gets it. Default 5.</summary>
    public int MostReceives { get; init; } = 5;

    /// <summary>How long a queue that the agent makes keeps messages. Default 4 days, SQS's own.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(4);

    /// <summary>How often the agent writes that it lives into the tags of the queue it made. Default 10 minutes.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long beyond <see cref="Wait"/> an answer may take before the connection counts as dead. Default 10 s.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Queue is null && Topic is null) yield return "aws needs a queue, or a topic for the agent to make its own queue behind";
        foreach (var problem in Access.Problems()) yield return problem;
        foreach (var problem in Queue is null ? [] : QueueReference.Problems(Queue, Access)) yield return problem;
        foreach (var problem in Topic is null ? [] : TopicProblems(Topic, Access)) yield return problem;
        if (!IsLabel(Fleet, 40, "-_")) yield return "aws.fleet must have 1..40 letters, digits, - and _";
        foreach (var problem in Queue is null ? HostProblems() : []) yield return problem;
        if (FilterPolicy is not null && !IsObject(FilterPolicy)) yield return "aws.filter_policy must be a JSON object, as SNS takes it";
        if (Loops is < 1 or > 16) yield return "aws.loops must be 1..16";
        if (Window is < 10 or > 100_000) yield return "aws.window must be 10..100000";
        if (Visibility < TimeSpan.FromSeconds(5) || Visibility > TimeSpan.FromHours(12) || !IsWhole(Visibility)) yield return "aws.visibility must be 5s..12h, in whole seconds";
        if (Wait < TimeSpan.Zero || Wait > TimeSpan.FromSeconds(20) || !IsWhole(Wait)) yield return "aws.wait must be 0s..20s, in whole seconds";
        if (MostReceives is < 1 or > 1000) yield return "aws.most_receives must be 1..1000";
        if (Retention < TimeSpan.FromSeconds(60) || Retention > TimeSpan.FromDays(14)) yield return "aws.retention must be 60s..14d";
        if (Beat < TimeSpan.FromMinutes(1) || Beat > TimeSpan.FromDays(1)) yield return "aws.heartbeat must be 1m..1d";
    }

    internal static IEnumerable<string> TopicProblems(string topic, AwsAccess access)
    {
        if (!Arn.TryParse(topic, "sns", out var arn)) yield return "aws.topic is no ARN of a topic; they look like arn:aws:sns:REGION:ACCOUNT:NAME";
        else if (access.Region is not null && arn.Region != access.Region) yield return $"aws.topic is in {arn.Region}, and aws.region is {access.Region}; make them the same";
    }

    // The host is the agent's name in a configuration.
    private IEnumerable<string> HostProblems()
    {
        if (!IsLabel(Host, 253, "-_.")) yield return "name must have 1..253 letters, digits, -, _ and . where the agent makes its own queue";
        else if (QueueName.Of(Fleet, Host, isFifo: false) is var queue && queue == QueueName.DeadLetters(Fleet, isFifo: false)) yield return $"name must not be {Host}: {queue} is where the fleet's dead letters go";
    }

    // SQS takes no others, and a part of one would be none.
    private static bool IsWhole(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0;

    private static bool IsLabel(string text, int most, string besides) =>
        text.Length > 0 && text.Length <= most && text.All(c => char.IsAsciiLetterOrDigit(c) || besides.Contains(c));

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
