namespace Towncrier.Wire;

/// <summary>An envelope we know, and where in it the message and its marks stand.</summary>
internal readonly record struct EnvelopeKind(string Name, EnvelopeField Content, EnvelopeField Id, EnvelopeField Issued)
{
    private const string Validation = "Microsoft.EventGrid.SubscriptionValidationEvent";

    /// <summary>Tells which envelope an object without a command is. Else the refusal says what we make of it.</summary>
    public static Refusal? Tell(ReadOnlySpan<byte> body, ReadOnlySpan<FieldSlot> slots, out EnvelopeKind kind)
    {
        kind = default;
        if (IsSns(slots)) return Sns(EnvelopeMark.Text(body, slots[(int)EnvelopeField.Type]), slots, out kind);
        if (Has(slots, EnvelopeField.DetailType) && Has(slots, EnvelopeField.Detail))
            kind = new("the EventBridge event", EnvelopeField.Detail, EnvelopeField.Id, EnvelopeField.Time);
        else if (Has(slots, EnvelopeField.EventType) && Has(slots, EnvelopeField.Data))
            return EventGrid(EnvelopeMark.Text(body, slots[(int)EnvelopeField.EventType]), out kind);
        else if (Has(slots, EnvelopeField.SpecVersion))
            return CloudEvent(body, slots, out kind);
        else if (Has(slots, EnvelopeField.Message) && (Has(slots, EnvelopeField.MessageType) || Has(slots, EnvelopeField.MessageId)))
            kind = new("the MassTransit message", EnvelopeField.Message, EnvelopeField.MessageId, EnvelopeField.SentTime);
        else
            return Refusals.Malformed("command is missing, and it is none of the envelopes we open: SNS, EventBridge, Event Grid, CloudEvents, MassTransit");
        return null;
    }

    private static bool IsSns(ReadOnlySpan<FieldSlot> slots) =>
        Has(slots, EnvelopeField.Type) && Has(slots, EnvelopeField.MessageId)
        && !Has(slots, EnvelopeField.SpecVersion) && !Has(slots, EnvelopeField.MessageType);

    private static Refusal? Sns(string? type, ReadOnlySpan<FieldSlot> slots, out EnvelopeKind kind)
    {
        kind = new("the SNS notification", EnvelopeField.Message, EnvelopeField.MessageId, EnvelopeField.Timestamp);
        if (type is "SubscriptionConfirmation" or "UnsubscribeConfirmation")
            return Refusals.Malformed($"it is an SNS {type}, not a message: whoever set the subscription up has to answer it");
        if (type != "Notification") return Refusals.Malformed($"it is an SNS document of the unknown type {Refusals.Quote(type ?? "")}");
        return Has(slots, EnvelopeField.Message) ? null : Refusals.Malformed("the SNS notification has no Message");
    }

    private static Refusal? EventGrid(string? type, out EnvelopeKind kind)
    {
        kind = new("the Event Grid event", EnvelopeField.Data, EnvelopeField.Id, EnvelopeField.EventTime);
        return type == Validation ? NotAMessage(type) : null;
    }

    private static Refusal? CloudEvent(ReadOnlySpan<byte> body, ReadOnlySpan<FieldSlot> slots, out EnvelopeKind kind)
    {
        var content = Has(slots, EnvelopeField.Data) ? EnvelopeField.Data : EnvelopeField.DataBase64;
        kind = new("the CloudEvent", content, EnvelopeField.Id, EnvelopeField.Time);
        var version = EnvelopeMark.Text(body, slots[(int)EnvelopeField.SpecVersion]) ?? "";
        if (!version.StartsWith("1.", StringComparison.Ordinal)) return Refusals.Malformed($"it is a CloudEvent of specversion {Refusals.Quote(version)}; we read 1.0");
        if (EnvelopeMark.Text(body, slots[(int)EnvelopeField.Type]) == Validation) return NotAMessage(Validation);
        return Has(slots, content) ? null : Refusals.Malformed("the CloudEvent has neither data nor data_base64");
    }

    private static Refusal NotAMessage(string type) =>
        Refusals.Malformed($"it is an Event Grid {type}, not a message: whoever set the subscription up has to answer it");

    private static bool Has(ReadOnlySpan<FieldSlot> slots, EnvelopeField field) => slots[(int)field].IsPresent;
}
