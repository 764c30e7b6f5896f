namespace Towncrier.Providers.Aws;

/// <summary>A queue as people write it: a name, an ARN or a URL. Pure.</summary>
internal static class QueueReference
{
    /// <summary>Its name alone.</summary>
    public static string NameOf(string queue) => queue[(queue.LastIndexOfAny(['/', ':']) + 1)..];

    public static bool IsFifo(string queue) => queue.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>What is wrong with it in a place that takes any of the three.</summary>
    public static IEnumerable<string> Problems(string queue, AwsAccess access)
    {
        if (queue.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (!Arn.TryParse(queue, "sqs", out var arn)) yield return "aws.queue is no ARN of a queue; they look like arn:aws:sqs:REGION:ACCOUNT:NAME";
            else if (access.Region is not null && arn.Region != access.Region) yield return $"aws.queue is in {arn.Region}, and aws.region is {access.Region}; make them the same";
        }
        else if (queue.Contains("://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(queue, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.AbsolutePath.Trim('/').Length == 0)
                yield return "aws.queue is no URL of a queue; they look like https://sqs.REGION.amazonaws.com/ACCOUNT/NAME";
        }
        else if (!IsName(queue))
        {
            yield return "aws.queue must be a queue's name (1..80 letters, digits, - and _, with .fifo behind it or without), its ARN or its URL";
        }
    }

    private static bool IsName(string name)
    {
        var stem = IsFifo(name) ? name[..^".fifo".Length] : name;
        return stem.Length > 0 && name.Length <= 80 && stem.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
    }
}
