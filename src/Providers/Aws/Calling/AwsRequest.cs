namespace Towncrier.Providers.Aws.Calling;

internal enum AwsService : byte { Sqs, Sns }

/// <summary>One call before it is signed.</summary>
/// <param name="Operation">As AWS names it: <c>DeleteMessageBatch</c>.</param>
/// <param name="Resource">What it is about, for error messages: a queue's URL or name, an ARN.</param>
/// <param name="Body">JSON for SQS, a form for SNS.</param>
internal sealed record AwsRequest(AwsService Service, string Operation, string Resource, ReadOnlyMemory<byte> Body)
{
    /// <summary>How long the server may hold the answer back, as a long poll does; comes on top of the usual limit.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Not sent again when its answer was lost: a receive that was lost has hidden messages, and another would not bring them back.</summary>
    public bool LostIsFinal { get; init; }

    /// <summary>The action in a policy that allows it: <c>sqs:DeleteMessage</c>. A batch has that of its entries.</summary>
    public string Action => $"{ServiceName}:{(Operation.EndsWith("Batch", StringComparison.Ordinal) ? Operation[..^"Batch".Length] : Operation)}";

    /// <summary>In endpoints and signatures.</summary>
    public string ServiceName => Service == AwsService.Sqs ? "sqs" : "sns";

    public string ContentType => Service == AwsService.Sqs ? "application/x-amz-json-1.0" : "application/x-www-form-urlencoded; charset=utf-8";

    /// <summary>Most bytes of an answer. A full receive is 1 MiB of text, up to six times that when escaped; SNS answers with lists and policies.</summary>
    public int MostAnswer => Service == AwsService.Sqs ? 8 << 20 : 1 << 20;
}
