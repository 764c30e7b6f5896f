namespace Towncrier.Providers.Aws;

/// <summary>One topic, or one queue, to send to.</summary>
public sealed record AwsPublisherOptions
{
    public AwsAccess Access { get; init; } = new();

    /// <summary>ARN of an SNS topic. FIFO when it ends with <c>.fifo</c>. Either this or <see cref="Queue"/>.</summary>
    public string? Topic { get; init; }

    /// <summary>Name, ARN or URL of an SQS queue that is sent to without a topic, as receipts are.</summary>
    public string? Queue { get; init; }

    /// <summary>The message group on FIFO; everything in one group arrives in order. Default <c>towncrier</c>.</summary>
    public string Group { get; init; } = "towncrier";

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Topic is null == Queue is null) yield return "aws needs either a topic or a queue to publish to";
        foreach (var problem in Access.Problems()) yield return problem;
        foreach (var problem in Topic is null ? [] : AwsSourceOptions.TopicProblems(Topic, Access)) yield return problem;
        foreach (var problem in Queue is null ? [] : QueueReference.Problems(Queue, Access)) yield return problem;
        // As SNS and SQS take it on FIFO.
        if (Group.Length is < 1 or > 128 || !Group.All(c => c is > ' ' and <= '~')) yield return "aws.group must have 1..128 printable ASCII characters, without spaces";
    }
}
