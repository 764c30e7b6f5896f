using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Answers of SNS: <c>XResponse/XResult</c>. Pure: false for what SNS would not have sent, never an exception.</summary>
internal static class SnsAnswers
{
    /// <summary>The text of that element of the result.</summary>
    public static bool TryText(ReadOnlyMemory<byte> body, string action, string name, [NotNullWhen(true)] out string? text)
    {
        text = TryResult(body, action, out var result) ? AwsXml.Below(result, name)?.Value : null;
        return text is not null;
    }

    /// <summary>The attributes of the result, which has none when it is empty.</summary>
    public static bool TryAttributes(ReadOnlyMemory<byte> body, string action, out IReadOnlyDictionary<string, string> attributes)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        attributes = texts;
        if (!TryResult(body, action, out var result)) return false;
        foreach (var entry in AwsXml.All(result, "Attributes", "entry"))
        {
            if (AwsXml.Below(entry, "key")?.Value is not { } name) return false;
            texts[name] = AwsXml.Below(entry, "value")?.Value ?? "";
        }

        return true;
    }

    /// <summary>One page, and the token of the next; empty when it was the last.</summary>
    public static bool TryPage(ReadOnlyMemory<byte> body, string action, out IReadOnlyList<SnsSubscription> subscriptions, out string next)
    {
        (subscriptions, next) = ([], "");
        if (!TryResult(body, action, out var result)) return false;
        subscriptions = [.. AwsXml.All(result, "Subscriptions", "member").Select(member => new SnsSubscription(Text(member, "SubscriptionArn"), Text(member, "Protocol"), Text(member, "Endpoint"), Text(member, "Owner")))];
        next = Text(result, "NextToken");
        return true;
    }

    /// <summary>Those of <paramref name="count"/> entries that failed; one that the answer does not tell of counts as failed.</summary>
    public static bool TryFailures(ReadOnlyMemory<byte> body, string action, int count, out IReadOnlyList<BatchFailure> failures)
    {
        failures = [];
        if (!TryResult(body, action, out var result)) return false;
        var tally = new BatchTally(count);
        foreach (var item in AwsXml.All(result, "Successful", "member")) tally.Succeeded(Text(item, "Id"));
        foreach (var item in AwsXml.All(result, "Failed", "member")) tally.Failed(Text(item, "Id"), Text(item, "Code"), Text(item, "Message"), Text(item, "SenderFault") == "true");
        failures = tally.Failures();
        return true;
    }

    private static bool TryResult(ReadOnlyMemory<byte> body, string action, [NotNullWhen(true)] out XElement? result)
    {
        result = null;
        return AwsXml.TryParse(body, out var root) && root.Name.LocalName == action + "Response" && (result = AwsXml.Below(root, action + "Result")) is not null;
    }

    private static string Text(XElement element, string name) => AwsXml.Below(element, name)?.Value ?? "";
}
