namespace Towncrier.Providers.Aws.Calling;

/// <summary>What to do about the refusals that people meet. Pure; never names a secret.</summary>
internal static class Advice
{
    /// <summary>Null when AWS's own words have to do.</summary>
    public static string? Of(AwsRequest request, Place place, Refused refused)
    {
        var code = refused.Code;
        if (ErrorCodes.IsAboutKms(code)) return Kms(request);
        if (OtherRegion(request.Resource, place) is { } region && (ErrorCodes.IsDenied(code) || ErrorCodes.IsMissingTopic(code) || ErrorCodes.IsMissingQueue(code) || code.StartsWith("InvalidParameter", StringComparison.Ordinal)))
            return $"it is in {region} and {place.Region.SystemName} was called: set aws.region to {region}";
        if (ErrorCodes.IsDenied(code)) return Denied(request, place, refused.Message);
        if (ErrorCodes.IsMissingQueue(code)) return $"no queue {Name(request.Resource)} in {place.Region.SystemName} can be seen by these credentials: check its name, aws.region and the account, and for a queue of another account give its ARN or URL";
        if (ErrorCodes.IsMissingTopic(code)) return $"no such topic or subscription in {place.Region.SystemName}: check the ARN, and that it was not deleted";
        if (ErrorCodes.IsExpired(code)) return "the session's keys have expired and no others are there: log in again, or let what writes them write them sooner";
        if (ErrorCodes.IsAboutKeys(code)) return "AWS does not know the access key: it was deleted or is switched off, belongs to another partition, or its session token is missing; check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN or the profile";
        if (ErrorCodes.IsAboutTime(code)) return "the secret key is not that of the access key, or this host's clock is wrong by more than it could correct; check both";
        return ErrorCodes.IsThrottling(code) ? "it was tried again and then given up; fewer calls, or a higher quota of the account, would help" : null;
    }

    private static string Denied(AwsRequest request, Place place, string message)
    {
        var who = Principal(message) is { } principal ? principal : "the role that calls";
        return $"allow {request.Action} on {ErrorText.Subject(request, place)} for {who}; what belongs to another account must allow it in its own policy too";
    }

    private static string Kms(AwsRequest request) => request.Operation.StartsWith("Send", StringComparison.Ordinal) || request.Operation.StartsWith("Publish", StringComparison.Ordinal)
        ? "it is encrypted with a key of KMS: allow kms:GenerateDataKey and kms:Decrypt on that key, in its policy too, and check that it is enabled"
        : "it is encrypted with a key of KMS: allow kms:Decrypt on that key, in its policy too, and check that it is enabled";

    // User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: ...
    private static string? Principal(string message)
    {
        const string Mark = "User: ";
        var start = message.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0) return null;
        var words = message[(start + Mark.Length)..].Split(' ', 2);
        return words[0].StartsWith("arn:", StringComparison.Ordinal) ? words[0] : null;
    }

    // The region of an ARN, or of a queue's URL of AWS, when it is another than the one called.
    private static string? OtherRegion(string resource, Place place)
    {
        var region = AwsAccess.RegionOf(resource);
        return region is null || region == place.Region.SystemName ? null : region;
    }

    private static string Name(string resource) => resource[(resource.LastIndexOfAny([':', '/']) + 1)..];
}
