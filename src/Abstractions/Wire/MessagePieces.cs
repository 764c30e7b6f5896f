using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>Cuts a message of many values into messages that fit, each with an id of its own.</summary>
internal sealed class MessagePieces(WireLimits limits)
{
    /// <summary>Bytes left in each message for a signature with the longest id of a key.</summary>
    private const int RoomToSign = 1024;

    private readonly List<Invalidation> _messages = [];

    public IReadOnlyList<Invalidation> Messages => _messages;

    /// <summary>Adds the messages that <paramref name="whole"/>, which has no id, comes to.</summary>
    /// <exception cref="ArgumentException">One of its values does not fit by itself.</exception>
    public void Cut(Invalidation whole)
    {
        var room = limits.MaxBytes - RoomToSign - InvalidationJson.Encode(Piece(whole, [])).Length - ",\"value\":[]".Length;
        var (from, left) = (0, room);
        for (var i = 0; i < whole.Values.Count; i++)
        {
            var size = JsonEncodedText.Encode(whole.Values[i], JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length + "\"\",".Length;
            if (size > room) throw new ArgumentException($"{CommandNames.Of(whole.Command)} {Refusals.Quote(whole.Values[i])} does not fit into a message of {limits.MaxBytes} bytes", nameof(whole));
            if (size > left || i - from == limits.MaxValues)
            {
                _messages.Add(Piece(whole, whole.Values.Skip(from).Take(i - from)));
                (from, left) = (i, room);
            }

            left -= size;
        }

        _messages.Add(Piece(whole, whole.Values.Skip(from)));
    }

    private static Invalidation Piece(Invalidation whole, IEnumerable<string> values) => whole with
    {
        Id = Guid.CreateVersion7(whole.Issued ?? DateTimeOffset.UnixEpoch).ToString("N"),
        Values = [.. values],
    };
}
