namespace Towncrier.Wire;

/// <summary>
/// Envelopes that lie beside the body: CloudEvents in binary mode (over HTTP, AMQP and Kafka, each of which has a prefix
/// of its own) and MassTransit's raw JSON.
/// </summary>
internal static class HeaderMarks
{
    private static readonly (string Witness, string Id, string Issued)[] Kinds =
    [
        ("ce-specversion", "ce-id", "ce-time"),
        ("ce_specversion", "ce_id", "ce_time"),
        ("cloudevents:specversion", "cloudevents:id", "cloudevents:time"),
        ("cloudevents_specversion", "cloudevents_id", "cloudevents_time"),
        ("mt-message-id", "mt-message-id", "mt-sent-time"),
        ("mt-messageid", "mt-messageid", "mt-senttime"),
        ("mt-messagetype", "transportmessageid", "transportsenttime"),
    ];

    /// <summary>What the first of them says; nothing when there is none.</summary>
    /// <param name="headers">By lower-case name.</param>
    public static EnvelopeMark Read(IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (witness, id, issued) in Kinds)
        {
            if (headers.ContainsKey(witness)) return EnvelopeMark.Of(headers.GetValueOrDefault(id), headers.GetValueOrDefault(issued));
        }

        return default;
    }
}
