namespace Towncrier.Providers.Aws.Calling;

/// <summary>What a server answered, of whatever status.</summary>
/// <param name="Date">The server's time; null when it did not say.</param>
/// <param name="QueryError">The code of the older query protocol, as SQS gives it beside the one of JSON: <c>AWS.SimpleQueueService.NonExistentQueue;Sender</c>.</param>
internal sealed record AwsAnswer(int Status, ReadOnlyMemory<byte> Body, DateTimeOffset? Date, string? RequestId, string? QueryError)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
