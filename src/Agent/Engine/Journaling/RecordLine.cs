using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// The journal's line: eight hex digits of CRC-32 over the JSON, a space, the JSON, a newline.
/// <c>cut -c10- | jq</c> reads it. Pure.
/// </summary>
internal static class RecordLine
{
    private const int Prefix = 9;   // 8 hex digits and a space
    private const int MaxSplits = 16;

    private static readonly JsonWriterOptions Json = new()
    {
        // So that grep finds URLs and words as they are; the journal is never put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The line with its newline, which is the only one in it.</summary>
    public static byte[] Encode(JournalRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write("00000000 "u8);
        using (var writer = new Utf8JsonWriter(buffer, Json)) RecordWriter.Write(writer, record);
        buffer.Write("\n"u8);

        var line = buffer.WrittenSpan.ToArray();
        Crc32.Of(line.AsSpan(Prefix..^1)).TryFormat(line, out _, "x8", CultureInfo.InvariantCulture);
        return line;
    }

    /// <summary>The line, without its newline, is as somebody wrote it, whatever it may say.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> line) =>
        line.Length > Prefix
        && line[Prefix - 1] == (byte)' '
        && uint.TryParse(line[..(Prefix - 1)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var crc)
        && crc == Crc32.Of(line[Prefix..]);

    /// <summary>Reads a line without its newline; false when it is damaged or of an unknown kind.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> line, [NotNullWhen(true)] out JournalRecord? record)
    {
        record = null;
        return IsIntact(line.Span) && RecordReader.TryRead(line[Prefix..], out record);
    }

    /// <summary>
    /// Finds an intact line at the end of a damaged one: the newline between them was lost. What comes before
    /// <paramref name="at"/> and its one damaged byte may be intact as well.
    /// </summary>
    /// <remarks>
    /// A message cannot pretend to be a line: its quotes are escaped inside a string, and outside of one a checksum is
    /// not JSON. The number of tries is bounded, since each of them reads the rest of the line.
    /// </remarks>
    public static bool TrySplit(ReadOnlySpan<byte> line, out int at)
    {
        var tries = 0;
        for (var from = Prefix; tries < MaxSplits; tries++)
        {
            var brace = line[Math.Min(from, line.Length)..].IndexOf(" {\"type\":"u8);
            if (brace < 0) break;
            at = from + brace - 8;
            if (at > 0 && IsIntact(line[at..])) return true;
            from += brace + 1;
        }

        at = 0;
        return false;
    }
}
