using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Towncrier.Providers.Varnish;

/// <summary>How long a response's body is.</summary>
internal enum BodyKind : byte
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>The head of an HTTP/1 response, as far as it matters here. Pure; garbage is false, never an exception.</summary>
/// <param name="Length">Body length in bytes, when its kind is <see cref="BodyKind.Length"/>.</param>
/// <param name="Keep">The connection can be used again once the body is read.</param>
internal readonly record struct AnswerHead(int Status, string Reason, BodyKind Body, long Length, bool Keep)
{
    private const int LongestReason = 200; // characters that are shown of it

    /// <param name="head">From the status line up to and without the blank line.</param>
    public static bool TryParse(ReadOnlySpan<byte> head, out AnswerHead answer)
    {
        answer = default;
        var line = NextLine(ref head);
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ') return false;
        if (!Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var digits) || digits != 3 || status < 100) return false;
        var (body, length, keep) = (BodyKind.UntilClose, -1L, line[7] == '1');
        while (!head.IsEmpty)
        {
            var field = NextLine(ref head);
            var colon = field.IndexOf((byte)':');
            if (colon <= 0) continue;
            var value = field[(colon + 1)..].Trim(" \t"u8);
            if (Is(field[..colon], "connection"u8)) keep = keep && !Is(value, "close"u8);
            else if (Is(field[..colon], "transfer-encoding"u8))
            {
                if (!Is(value, "chunked"u8)) return false;
                body = BodyKind.Chunked;
            }
            else if (Is(field[..colon], "content-length"u8))
            {
                if (!Utf8Parser.TryParse(value, out long bytes, out var used) || used != value.Length || bytes < 0) return false;
                if (length >= 0 && length != bytes) return false;
                length = bytes;
            }
        }

        if (status is < 200 or 204 or 304) body = BodyKind.None;
        else if (body != BodyKind.Chunked && length >= 0) body = BodyKind.Length;
        answer = new AnswerHead(status, Printable(line[12..]), body, Math.Max(0, length), keep && body != BodyKind.UntilClose);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status}{(Reason.Length == 0 ? "" : " ")}{Reason}");

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted) => Ascii.EqualsIgnoreCase(text, wanted);

    // It goes into reports and onto terminals.
    private static string Printable(ReadOnlySpan<byte> reason)
    {
        var text = Encoding.UTF8.GetString(reason).Trim();
        if (text.Length > LongestReason) text = text[..LongestReason] + "...";
        return string.Create(text.Length, text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
    }
}
