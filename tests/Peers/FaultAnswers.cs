using System.Globalization;
using System.Text;

namespace Towncrier.Peers;

/// <summary>Refusals in the words of AWS.</summary>
internal static class FaultAnswers
{
    /// <param name="now">By the service's clock.</param>
    public static byte[] Of(Fault fault, AwsCallSeen call, DateTimeOffset now)
    {
        var (status, code, message) = fault switch
        {
            Fault.Unavailable => (503, call.IsJson ? "ServiceUnavailableException" : "ServiceUnavailable", "Service is unavailable right now."),
            Fault.Throttled => (400, call.IsJson ? "RequestThrottled" : "Throttling", "Rate exceeded"),
            Fault.Expired => (403, call.IsJson ? "ExpiredTokenException" : "ExpiredToken", "The security token included in the request is expired"),
            Fault.Denied => (403, call.IsJson ? "AccessDeniedException" : "AuthorizationError", $"User: arn:aws:iam::000000000000:user/test is not authorized to perform: {(call.IsJson ? "sqs" : "SNS")}:{call.Operation} because no identity-based policy allows it"),
            Fault.QueueGone => (400, "QueueDoesNotExist", "The specified queue does not exist."),
            Fault.Skewed => (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "has no words"),
        };
        var body = call.IsJson
            ? $$"""{"__type":"com.amazonaws.sqs#{{code}}","message":"{{message}}"}"""
            : $"""<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1f2e3d4c-0000</RequestId></ErrorResponse>""";
        var more = fault == Fault.QueueGone ? "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender\r\n" : "";
        return Whole(status, "x-amzn-RequestId: 1f2e3d4c-0000\r\n" + more + "Content-Type: " + (call.IsJson ? "application/x-amz-json-1.0" : "text/xml"), Encoding.UTF8.GetBytes(body), now);
    }

    public static byte[] Whole(int status, string headers, byte[] body, DateTimeOffset now) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nDate: {now:R}\r\n{headers}\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];
}
