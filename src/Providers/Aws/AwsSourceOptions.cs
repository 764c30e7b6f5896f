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
}
