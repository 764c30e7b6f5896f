using System.Buffers.Text;
using System.Globalization;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// The two fields that the disk store writes first into each response head, at fixed places: how long the body is, and when
/// the object was stored to the tick of 100 ns, for nginx's header keeps whole seconds. nginx's own files have none. Pure.
/// </summary>
internal static class StoreFields
{
    /// <summary>Bytes of both with their line ends.</summary>
    public const int Size = 18 + Digits + 2 + 18 + Digits + 2;

    /// <summary>Where in the fields the digits of the body's length stand.</summary>
    public const int LengthAt = 18;

    /// <summary>Digits of each number.</summary>
    public const int Digits = 20;

    private static readonly long LatestStored = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks;

    private static ReadOnlySpan<byte> Length => "Towncrier-Length: "u8;

    private static ReadOnlySpan<byte> Stored => "Towncrier-Stored: "u8;

    /// <param name="bytes">Of the body; -1 while it is not known, which no reader takes.</param>
    /// <param name="stored">Unix time in ticks of 100 ns.</param>
    public static void Write(Span<byte> to, long bytes, long stored)
    {
        Length.CopyTo(to);
        WriteLength(to[LengthAt..], bytes);
        "\r\n"u8.CopyTo(to[(LengthAt + Digits)..]);
        to = to[(LengthAt + Digits + 2)..];
        Stored.CopyTo(to);
        stored.TryFormat(to[Stored.Length..], out _, "D20", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(to[(Stored.Length + Digits)..]);
    }

    /// <summary>Writes the digits alone, once the length is known.</summary>
    public static void WriteLength(Span<byte> digits, long bytes) => bytes.TryFormat(digits, out _, bytes < 0 ? "D19" : "D20", CultureInfo.InvariantCulture);

    /// <summary>False where the lines are not of the store's writing.</summary>
    /// <param name="lines">Of the response head, without its status line.</param>
    /// <param name="bytes">Of the body; -1 when it was never written whole.</param>
    /// <param name="stored">As it was written; of the years that a date can have.</param>
    public static bool TryRead(ReadOnlySpan<byte> lines, out long bytes, out long stored)
    {
        bytes = stored = -1;
        if (lines.Length < Size || !lines.StartsWith(Length)) return false;
        if (!Utf8Parser.TryParse(lines.Slice(LengthAt, Digits), out bytes, out var read) || read != Digits) return false;
        lines = lines[(LengthAt + Digits + 2)..];
        return lines.StartsWith(Stored) && Utf8Parser.TryParse(lines.Slice(Stored.Length, Digits), out stored, out read) && read == Digits && stored >= 0 && stored <= LatestStored;
    }
}
