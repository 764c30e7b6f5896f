using System.Globalization;
using System.Net;
using System.Text;

namespace Towncrier.Peers;

/// <summary>One request to SNS or SQS, whole, as it came.</summary>
/// <param name="Head">Up to and without the blank line.</param>
public sealed record AwsCallSeen(string Head, byte[] Body)
{
    /// <summary>SQS over JSON; else SNS over forms and XML.</summary>
    public bool IsJson => Header("X-Amz-Target") is not null;

    /// <summary>Such as <c>ReceiveMessage</c>.</summary>
    public string Operation => Header("X-Amz-Target")?.Split('.')[^1] ?? Encoding.UTF8.GetString(Body).Split('&')
        .Where(one => one.StartsWith("Action=", StringComparison.Ordinal)).Select(one => WebUtility.UrlDecode(one["Action=".Length..])).FirstOrDefault("");

    /// <summary>When the caller signed it, by its own clock; null when it says nothing.</summary>
    public DateTimeOffset? SignedAt =>
        DateTimeOffset.TryParseExact(Header("X-Amz-Date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    public string Target => Head.Split(' ')[1];

    public IEnumerable<(string Name, string Value)> Headers => Head.Split("\r\n").Skip(1).Select(line => (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim()));

    /// <summary>The header's value; null when there is none.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
