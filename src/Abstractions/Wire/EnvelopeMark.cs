using System.Globalization;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>What an envelope calls the message in it. What no message could be called, and no date, count as left out.</summary>
internal readonly record struct EnvelopeMark(string? Id, DateTimeOffset? Issued)
{
    /// <summary>Most characters of an id we take: ten fewer than a message's own, so that there is room to number several.</summary>
    private const int MaxId = MessageRules.MaxLabel - 10;

    public static EnvelopeMark Of(string? id, string? issued) => new(
        id is { Length: > 0 and <= MaxId } && MessageRules.LabelProblem(id) is null ? id : null,
        FieldReader.IsDate(issued) && DateTimeOffset.TryParse(issued, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null);

    public static EnvelopeMark Of(ReadOnlySpan<byte> body, FieldSlot id, FieldSlot issued) => Of(Text(body, id), Text(body, issued));

    /// <summary>This one, and what <paramref name="outer"/> says where this one is silent.</summary>
    public EnvelopeMark Within(EnvelopeMark outer) => new(Id ?? outer.Id, Issued ?? outer.Issued);

    /// <summary>A slot's text; null when it is no string, or none that text can hold.</summary>
    public static string? Text(ReadOnlySpan<byte> body, FieldSlot slot)
    {
        if (!slot.IsText) return null;
        var json = new Utf8JsonReader(body[slot.Start..slot.End]);
        json.Read();
        return FieldReader.Text(ref json);
    }
}
