using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>A body that is one message, or a JSON array of messages.</summary>
public static class MessageBatch
{
    /// <summary>
    /// Splits a body into its messages, each a slice of it, none of them decoded: what is wrong within one is for its own
    /// decoding to refuse, so that it never costs its neighbours. Pure; never throws. Refused as a whole are an array that
    /// is not JSON, is empty, or has more than <see cref="WireLimits.MaxMessages"/> elements.
    /// </summary>
    public static bool TrySplit(
        ReadOnlyMemory<byte> body, WireLimits limits, out IReadOnlyList<ReadOnlyMemory<byte>> messages, out Refusal refusal)
    {
        messages = [];
        var start = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        switch (start < 0 ? (byte)0 : body.Span[start])
        {
            case (byte)'{':
                messages = [body];
                refusal = default;
                return true;
            case (byte)'[':
                return TrySplitArray(body, limits, out messages, out refusal);
            default:
                refusal = Refusals.Malformed("the body is neither a JSON object nor an array of them");
                return false;
        }
    }

    private static bool TrySplitArray(
        ReadOnlyMemory<byte> body, WireLimits limits, out IReadOnlyList<ReadOnlyMemory<byte>> messages, out Refusal refusal)
    {
        messages = [];
        var slices = new List<ReadOnlyMemory<byte>>();

        // Depth costs the reader one bit a level, so that the body's own length bounds it; each message's is judged later.
        var json = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = body.Length + 1 });
        try
        {
            json.Read();
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (slices.Count == limits.MaxMessages)
                {
                    refusal = new Refusal(RefusalReason.Oversized, $"the array has more than {limits.MaxMessages} messages");
                    return false;
                }

                var from = (int)json.TokenStartIndex;
                json.Skip();
                slices.Add(body[from..(int)json.BytesConsumed]);
            }

            json.Read(); // Past the array's end: anything but white space there is not JSON.
        }
        catch (JsonException e)
        {
            refusal = Refusals.NotJson(e);
            return false;
        }

        messages = slices;
        refusal = slices.Count > 0 ? default : Refusals.Malformed("the array is empty");
        return slices.Count > 0;
    }
}
