using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Towncrier.Wire;

/// <summary>Opens one body, envelope within envelope. Used once.</summary>
internal sealed class EnvelopeOpener(WireLimits limits)
{
    /// <summary>Most envelopes around one message. SNS to EventBridge to MassTransit are three.</summary>
    private const int MaxEnvelopes = 4;

    private readonly List<OpenedMessage> _opened = [];
    private Refusal? _full;

    /// <summary>Null and the messages, or why there are none.</summary>
    public Refusal? OpenAll(ReadOnlyMemory<byte> body, EnvelopeMark mark, out IReadOnlyList<OpenedMessage>? messages)
    {
        messages = null;
        var most = 2L * limits.MaxBytes + 64 * 1024;
        if (body.Length > most) return new Refusal(RefusalReason.Oversized, $"the body has {body.Length} bytes, more than {most}");
        var refusal = Open(body, mark, 0);
        if (refusal is not null || _full is not null) return refusal ?? _full;
        messages = Numbered.Distinct(_opened);
        return null;
    }

    private Refusal? Open(ReadOnlyMemory<byte> body, EnvelopeMark mark, int level)
    {
        var start = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start >= 0 && body.Span[start] == (byte)'[') return OpenArray(body, mark, level);
        if (start >= 0 && body.Span[start..].StartsWith("\uFEFF"u8)) return Refusals.Malformed("not JSON: it begins with a byte order mark; send it without");
        if (!Utf8.IsValid(body.Span)) return Refusals.Malformed("the message is not UTF-8");
        Span<FieldSlot> slots = stackalloc FieldSlot[EnvelopeFields.Count];
        switch (EnvelopeFields.Scan(body.Span, slots, out var refusal))
        {
            case ScanResult.Message: return Take(body, mark);
            case ScanResult.NotJson: return refusal;
        }

        if (EnvelopeKind.Tell(body.Span, slots, out var kind) is { } unknown) return unknown;
        if (level == MaxEnvelopes) return Refusals.Malformed($"there are more than {MaxEnvelopes} envelopes, one within the other");
        if (Content(body, slots[(int)kind.Content], kind, out var content) is { } odd) return odd;
        var own = EnvelopeMark.Of(body.Span, slots[(int)kind.Id], slots[(int)kind.Issued]);
        return Open(content, own.Within(mark), level + 1) is { } inner ? inner with { Message = $"in {kind.Name}: {inner.Message}" } : null;
    }

    // What is wrong with one element is that one's own, unless it stands alone.
    private Refusal? OpenArray(ReadOnlyMemory<byte> body, EnvelopeMark mark, int level)
    {
        if (!MessageBatch.TrySplit(body, limits, out var elements, out var refusal)) return refusal;
        var before = _opened.Count;
        Refusal? first = null;
        foreach (var element in elements)
        {
            var problem = element.Span[0] == (byte)'[' ? Refusals.Malformed("it is an array within an array") : Open(element, mark, level);
            if (_full is not null) return _full;
            if (problem is null) continue;
            first ??= problem;
            Add(new OpenedMessage(element, mark.Id, mark.Issued) { Problem = problem });
        }

        var noneIsGood = first is not null && _opened.Skip(before).All(message => message.Problem is not null);
        if (noneIsGood) _opened.RemoveRange(before, _opened.Count - before);
        return noneIsGood ? first : null;
    }

    private Refusal? Take(ReadOnlyMemory<byte> body, EnvelopeMark mark)
    {
        if (body.Length > limits.MaxBytes)
            return new Refusal(RefusalReason.Oversized, $"the message has {body.Length} bytes, more than {limits.MaxBytes}");
        Add(new OpenedMessage(body, mark.Id, mark.Issued));
        return null;
    }

    private void Add(OpenedMessage message)
    {
        if (_opened.Count < limits.MaxMessages) _opened.Add(message);
        else _full = new Refusal(RefusalReason.Oversized, $"the body has more than {limits.MaxMessages} messages");
    }

    private static Refusal? Content(ReadOnlyMemory<byte> body, FieldSlot slot, EnvelopeKind kind, out ReadOnlyMemory<byte> content)
    {
        content = body[slot.Start..slot.End];
        switch (slot.Kind)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when kind.Content != EnvelopeField.DataBase64: return null;
            case JsonTokenType.String: break;
            default: return Refusals.Malformed($"in {kind.Name}: what it holds is neither a JSON object nor an array nor a string");
        }

        if (!TryUnescape(ref content)) return Refusals.Malformed($"in {kind.Name}: what it holds has half a surrogate pair");
        if (kind.Content != EnvelopeField.DataBase64) return null;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(content.Length)];
        if (Base64.DecodeFromUtf8(content.Span, bytes, out _, out var length) != OperationStatus.Done) return Refusals.Malformed($"in {kind.Name}: data_base64 is not base64");
        content = bytes.AsMemory(0, length);
        return null;
    }

    // A string within its quotes becomes its text: a slice of the body where nothing is escaped.
    private static bool TryUnescape(ref ReadOnlyMemory<byte> content)
    {
        var json = new Utf8JsonReader(content.Span);
        json.Read();
        if (!json.ValueIsEscaped)
        {
            content = content[1..^1];
            return true;
        }

        var text = new byte[content.Length];
        try
        {
            content = text.AsMemory(0, json.CopyString(text));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
