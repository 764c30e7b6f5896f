using System.Buffers;
using System.Text;

namespace Towncrier.Agent.Nginx;

/// <summary>One header field; name and value without surrounding blanks.</summary>
internal readonly ref struct HeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;

    public bool Is(ReadOnlySpan<byte> name) => Name.Length == name.Length && Ascii.EqualsIgnoreCase(Name, name);
}

/// <summary>Walks header lines ended by LF or CRLF. Stops at the blank line; passes over what is not a field.</summary>
internal ref struct HeaderFields(ReadOnlySpan<byte> lines)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private ReadOnlySpan<byte> _rest = lines;

    /// <summary>Whether it can be a field's name (RFC 9110, section 5.6.2).</summary>
    public static bool IsName(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;

    public HeaderField Current { get; private set; }

    public readonly HeaderFields GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf((byte)'\n');
            var line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (line.IsEmpty) return false;
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            Current = new HeaderField(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
            return true;
        }

        return false;
    }
}
