using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towncrier.Providers;

/// <summary>What an agent remembers of the place that keeps its messages over restarts: when it last received from it, and when the place was made. As text: <c>MS [S]</c>, both since 1970.</summary>
/// <param name="Made">In whole seconds; null when the broker may not be asked.</param>
internal sealed record SeenPosition(DateTimeOffset Received, DateTimeOffset? Made)
{
    // Messages are dropped by the broker's clock, and we compare with ours.
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(1);

    /// <summary>How long a place is taken to keep messages that does not say. 4 days, SQS's default; what is told as a gap for nothing costs least.</summary>
    private static readonly TimeSpan UsualRetention = TimeSpan.FromDays(4);

    public static bool TryParse(string? text, [NotNullWhen(true)] out SeenPosition? position)
    {
        position = null;
        var words = text?.Split(' ') ?? [];
        if (words.Length is < 1 or > 2 || !IsTime(words[0], out var received)) return false;
        DateTimeOffset? made = words.Length == 2 && IsTime(words[1] + "000", out var seconds) ? DateTimeOffset.FromUnixTimeMilliseconds(seconds) : null;
        position = new SeenPosition(DateTimeOffset.FromUnixTimeMilliseconds(received), made);
        return true;
    }

    /// <summary>The time of which messages are missing from a place that is opened now; null when none are.</summary>
    /// <param name="last">What was kept of it; null on the first start.</param>
    /// <param name="isOurs">The agent made it; with nothing kept, it was read before by an agent whose memory is lost.</param>
    public static Gap? GapOf(SeenPosition? last, KeptPlace place, bool isOurs, string label, DateTimeOffset now)
    {
        if (place.IsNew) return new Gap(label, last?.Received, now, $"the {place.Noun} was made just now, and what was published before is not in it");
        if (last is null) return isOurs ? new Gap(label, null, now, $"nothing is known of when this host's {place.Noun} was read last") : null;
        if (last.Made is not null && place.Made is { } made && made != last.Made)
            return new Gap(label, last.Received, now, $"the {place.Noun} is not the one that was read before: it was made anew at {made:u}");
        var keeps = place.Retention ?? UsualRetention;
        return now - last.Received > keeps
            ? new Gap(label, last.Received, now - keeps + Drift, $"the {place.Noun} was not read for {(now - last.Received).TotalHours:0} h, and keeps messages for {keeps.TotalHours:0.##} h")
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Received.ToUnixTimeMilliseconds()} {Made?.ToUnixTimeSeconds()}").TrimEnd();

    private static bool IsTime(string text, out long milliseconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
