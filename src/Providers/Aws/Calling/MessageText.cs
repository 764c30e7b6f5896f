using System.Buffers;
using System.Text;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>What SQS and SNS take as text: at least one character, all of them #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD or above #xFFFF (SQS API reference, SendMessage).</summary>
internal static class MessageText
{
    /// <exception cref="ArgumentException">AWS would refuse it, or SNS would alter it; says where.</exception>
    public static void Require(ReadOnlySpan<byte> utf8, string what)
    {
        if (utf8.IsEmpty) throw new ArgumentException($"{what} is empty; AWS takes none that is", what);
        for (var at = 0; at < utf8.Length;)
        {
            if (Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length) != OperationStatus.Done) throw new ArgumentException($"{what} is no UTF-8 at byte {at}; AWS takes text only", what);
            if (!IsAllowed(rune.Value)) throw new ArgumentException($"{what} has the character U+{rune.Value:X4} at byte {at}, which AWS does not take", what);
            at += length;
        }
    }

    /// <inheritdoc cref="Require(ReadOnlySpan{byte}, string)"/>
    public static void Require(OutgoingMessage message)
    {
        Require(message.Body.Span, "body");
        foreach (var (name, value) in message.Attributes ?? new Dictionary<string, string>())
        {
            Require(Encoding.UTF8.GetBytes(name), "attribute");
            Require(Encoding.UTF8.GetBytes(value), "attribute");
        }
    }

    private static bool IsAllowed(int c) => c is >= 0x20 and not (0xFFFE or 0xFFFF) or '\t' or '\n' or '\r';
}
