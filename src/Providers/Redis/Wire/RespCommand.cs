using System.Buffers;
using System.Globalization;
using System.Text;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>One command to Redis, encoded; and its words, for errors.</summary>
internal sealed class RespCommand
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public RespCommand(params ReadOnlySpan<string> words)
        : this(words, null)
    {
    }

    /// <param name="words">The command and its arguments, as text.</param>
    /// <param name="last">One more argument, as bytes.</param>
    public RespCommand(ReadOnlySpan<string> words, ReadOnlyMemory<byte>? last)
    {
        Name = words[0];
        Target = words.Length > 1 ? words[^1] : "";
        Header('*', words.Length + (last is null ? 0 : 1));
        foreach (var word in words)
        {
            Header('$', Encoding.UTF8.GetByteCount(word));
            Encoding.UTF8.GetBytes(word, _bytes);
            _bytes.Write("\r\n"u8);
        }

        if (last is not { } bytes) return;
        Header('$', bytes.Length);
        _bytes.Write(bytes.Span);
        _bytes.Write("\r\n"u8);
    }

    /// <summary>In capitals.</summary>
    public string Name { get; }

    /// <summary>The key or channel it is about, for words to a person. The last text argument unless it is set.</summary>
    public string Target { get; init; }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    private void Header(char type, int count) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type}{count}\r\n"), _bytes);
}
