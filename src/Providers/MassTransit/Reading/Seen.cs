using System.Globalization;

namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>What is remembered over restarts: until when nothing was missing, as round-trip text.</summary>
internal static class Seen
{
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;

    public static string Write(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
