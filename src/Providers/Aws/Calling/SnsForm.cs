using System.Buffers;
using System.Text;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>A request to SNS as a form. One call's; not for several threads.</summary>
internal sealed class SnsForm
{
    private readonly ArrayBufferWriter<byte> _body = new(1024);

    public SnsForm(string action)
    {
        Add("Action", action);
        Add("Version", "2010-03-31");
    }

    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    public SnsForm Add(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    public SnsForm Add(string name, ReadOnlySpan<byte> value)
    {
        if (_body.WrittenCount > 0) _body.Write("&"u8);
        Escape(Encoding.UTF8.GetBytes(name));
        _body.Write("="u8);
        Escape(value);
        return this;
    }

    /// <param name="prefix">Such as <c>Attributes.entry.1</c>; its attributes follow as <c>.MessageAttributes.entry.N</c>.</param>
    public void Add(string prefix, OutgoingMessage message)
    {
        Add($"{prefix}.Message", message.Body.Span);
        if (message.Group is not null) Add($"{prefix}.MessageGroupId", message.Group);
        if (message.DedupId is not null) Add($"{prefix}.MessageDeduplicationId", message.DedupId);
        var count = 0;
        foreach (var (name, value) in message.Attributes ?? new Dictionary<string, string>())
        {
            var entry = $"{prefix}.MessageAttributes.entry.{++count}";
            Add($"{entry}.Name", name).Add($"{entry}.Value.DataType", "String").Add($"{entry}.Value.StringValue", value);
        }
    }

    private void Escape(ReadOnlySpan<byte> text)
    {
        var span = _body.GetSpan(text.Length * 3);
        var length = 0;
        foreach (var b in text)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                span[length++] = b;
                continue;
            }

            (span[length], span[length + 1], span[length + 2]) = ((byte)'%', Hex(b >> 4), Hex(b & 15));
            length += 3;
        }

        _body.Advance(length);
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
