namespace Towncrier.Peers;

/// <summary>One request a server has answered.</summary>
/// <param name="Path">With its query, as it came.</param>
/// <param name="Headers">As they came; of a SharedAccessSignature without the signature, of a Bearer token without the token.</param>
/// <param name="Status">0 when the connection was cut instead of an answer.</param>
public sealed record SeenRequest(
    ServiceBusOperation Operation, string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, int Status)
{
    /// <summary>The header's value; null when there is none.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(one => one.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
