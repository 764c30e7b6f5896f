using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Wire;

/// <summary>The common protocol: one JSON object per message, a superset of varnish-towncrier's.</summary>
public static class InvalidationJson
{
    /// <summary>
    /// Decodes one message. Pure; never throws; a refusal says what is wrong with it. Only what makes the whole message
    /// undecodable is refused here; <see cref="ValueRules"/> judges each value by itself.
    /// </summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> body, WireLimits limits, [NotNullWhen(true)] out Invalidation? message, out Refusal refusal)
    {
        message = null;
        var fields = new MessageFields();
        var found = MessageReader.Read(body, limits, fields) ?? MessageRules.Judge(fields, out message);
        refusal = found ?? default;
        return found is null && message is not null;
    }

    /// <summary>The id of a message that was refused, so that its sender can be answered; null where none can be read.</summary>
    public static string? IdOf(ReadOnlySpan<byte> body, WireLimits limits)
    {
        var fields = new MessageFields();
        _ = MessageReader.Read(body, limits, fields);
        return fields.Id is { } id && MessageRules.LabelProblem(id) is null ? id : null;
    }

    /// <summary>One message as UTF-8 JSON. What is at its default is left out; <see cref="TryDecode"/> reads it back.</summary>
    public static byte[] Encode(Invalidation message) => MessageWriter.Write(message);
}
