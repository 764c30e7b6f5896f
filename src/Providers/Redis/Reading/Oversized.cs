using System.Globalization;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>Words for a message that was not kept for its size.</summary>
internal static class Oversized
{
    public static Refusal Of(RespValue skipped, int most) => new(
        RefusalReason.Oversized, string.Create(CultureInfo.InvariantCulture, $"the message has {skipped.Integer} bytes; at most {most} are read from Redis"));
}
