namespace Towncrier.Providers.Aws.Calling;

/// <summary>What AWS's error codes mean to a caller. JSON and XML, and older and newer services, name the same thing differently.</summary>
internal static class ErrorCodes
{
    private static readonly HashSet<string> Throttling = new(StringComparer.Ordinal)
    {
        "Throttling", "ThrottlingException", "ThrottledException", "Throttled", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "PriorRequestNotComplete", "SlowDown", "EC2ThrottledException", "KmsThrottled", "KMSThrottling", "KMS.ThrottlingException", "KMSThrottlingException",
    };

    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "InternalError", "InternalFailure", "InternalErrorException", "ServiceUnavailable", "ServiceUnavailableException",
    };

    public static TryOutcome OutcomeOf(int status, string code) =>
        code is "RequestTimeout" or "RequestTimeoutException" ? TryOutcome.TimedOut
        : status >= 500 || status == 429 || IsThrottling(code) || Passing.Contains(code) ? TryOutcome.Passing
        : TryOutcome.Final;

    public static bool IsThrottling(string code) => Throttling.Contains(code);

    /// <summary>Our clock may be what AWS refused. A wrong secret has two of these codes as well.</summary>
    public static bool IsAboutTime(string code) => code is "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture"
        or "SignatureDoesNotMatch" or "InvalidSignatureException" or "InvalidSignature" or "AuthFailure";

    /// <summary>The keys are no more, or not yet: others may be there already.</summary>
    public static bool IsAboutKeys(string code) => IsExpired(code) || code is "InvalidClientTokenId" or "UnrecognizedClientException" or "InvalidAccessKeyId" or "InvalidSecurity";

    public static bool IsExpired(string code) => code is "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired";

    public static bool IsDenied(string code) => code is "AccessDenied" or "AccessDeniedException" or "AuthorizationError" or "AuthorizationErrorException" or "UnauthorizedOperation";

    public static bool IsMissingQueue(string code) => code is "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue";

    public static bool IsMissingTopic(string code) => code is "NotFound" or "NotFoundException";

    public static bool IsAboutKms(string code) => code.StartsWith("KMS", StringComparison.OrdinalIgnoreCase);
}
