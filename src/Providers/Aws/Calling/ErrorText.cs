namespace Towncrier.Providers.Aws.Calling;

/// <summary>The words of an error: what was called on what, what AWS says, and what to do where that is known. Pure.</summary>
internal static class ErrorText
{
    public static string Of(AwsRequest request, Place place, Loss loss) =>
        $"{request.Action} on {Subject(request, place)} at {place.Of(request.Service).Authority}: {loss.Problem}";

    public static string Of(AwsRequest request, Place place, int status, Refused refused)
    {
        var said = refused.Message.Length > 0 ? refused.Message : "it gives no reason";
        var id = refused.RequestId is null ? "" : $", request {refused.RequestId}";
        var advice = Advice.Of(request, place, refused);
        return $"{request.Action} on {Subject(request, place)} in {place.Region.SystemName}: AWS says \"{said}\" ({refused.Code}, status {status}{id}){(advice is null ? "" : $"; {advice}")}";
    }

    /// <summary>What a policy would name: the ARN where it can be told, else the name as it was given.</summary>
    public static string Subject(AwsRequest request, Place place) => QueueArn(request.Resource, place) ?? request.Resource;

    // https://sqs.eu-west-1.amazonaws.com/123456789012/name
    private static string? QueueArn(string resource, Place place) =>
        Uri.TryCreate(resource, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Segments is [_, var account, var name] && account.TrimEnd('/').All(char.IsAsciiDigit)
            ? $"arn:{place.Region.PartitionName}:sqs:{place.Region.SystemName}:{account.TrimEnd('/')}:{name}"
            : null;
}
