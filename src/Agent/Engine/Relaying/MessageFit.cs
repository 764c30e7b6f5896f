using System.Security.Cryptography;
using System.Text;
using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent.Relaying;

/// <summary>Cuts a message that is too large for a target, and for those who read there, into messages that are not.</summary>
internal static class MessageFit
{
    private const int MostStem = Judge.MaxIdLength - 8; // a dot and seven digits: more than there can be values

    /// <summary>
    /// The body itself when it fits; else its values in several messages, whose ids are the message's with a number: cut
    /// again, they are the same.
    /// </summary>
    /// <param name="most">Largest message, in bytes.</param>
    /// <exception cref="ArgumentException">It is signed, so that nobody else can cut it, or one of its values is too large by itself.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(Invalidation message, ReadOnlyMemory<byte> body, int most, WireLimits limits)
    {
        if (body.Length <= most) return [body];
        if (MessageSignature.Check(body.Span, _ => null, out _, out _) != SignatureState.Absent)
            throw new ArgumentException($"it has {body.Length} bytes, at most {most} fit, and it is signed, so that it cannot be cut; send fewer values in one message");
        return [.. Cut(message, most, limits)];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(Invalidation message, int most, WireLimits limits)
    {
        var pieces = message.Split(limits with { MaxBytes = most });
        for (var i = 0; i < pieces.Count; i++)
            yield return InvalidationJson.Encode(pieces[i] with { Id = $"{Stem(message.Id!)}.{i + 1}" });
    }

    // With the number it must not be longer than agents take: a long one ends with a digest of the whole.
    private static string Stem(string id)
        => id.Length <= MostStem ? id : $"{id[..(MostStem - 33)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32]}";
}
