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
}
