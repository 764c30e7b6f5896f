namespace Towncrier.Providers.Aws;

/// <summary>AWS refused a call. Its own code and message, with what to do where that is known; retries are behind it.</summary>
public sealed class AwsException(string operation, string code, string message, int status, string? requestId)
    : IOException(message)
{
    /// <summary>Such as <c>sqs:ReceiveMessage</c>: the name of the action in a policy.</summary>
    public string Operation { get; } = operation;

    /// <summary>Such as <c>AccessDeniedException</c>, without a namespace; the legacy query code where SQS gives both (AWS.SimpleQueueService.NonExistentQueue).</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    public string? RequestId { get; } = requestId;

    /// <summary>There is no such queue, or these credentials may not see it.</summary>
    internal bool IsMissingQueue => Calling.ErrorCodes.IsMissingQueue(Code);

    /// <summary>There is no such topic or subscription.</summary>
    internal bool IsMissingTopic => Calling.ErrorCodes.IsMissingTopic(Code);

    /// <summary>A policy does not allow it.</summary>
    internal bool IsDenied => Calling.ErrorCodes.IsDenied(Code);
}
