using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towncrier.Providers.Aws.Reading;

/// <summary>What an agent remembers of its queue over restarts: when it last received from it, and when the queue was made. As text: <c>MS [S]</c>, both since 1970.</summary>
/// <param name="Made">In whole seconds; null when the queue may not be asked.</param>
internal sealed record SeenPosition(DateTimeOffset Received, DateTimeOffset? Made)
{
    // Messages are dropped by SQS's clock, and we compare with ours.
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(1);

    /// <summary>How long a queue is taken to keep messages that does not say. Default 4 days, SQS's own.</summary>
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

    /// <summary>The time of which messages are missing from a queue that is opened now; null when none are.</summary>
    /// <param name="last">What was kept of the queue; null on the first start.</param>
    public static Gap? GapOf(SeenPosition? last, Queues.OpenedQueue queue, string label, DateTimeOffset now)
    {
        if (queue.IsNew) return new Gap(label, last?.Received, now, "the queue was made just now, and what was published before is not in it");
        if (last is null) return null;
        if (last.Made is not null && queue.Made is { } made && made != last.Made)
            return new Gap(label, last.Received, now, $"the queue is not the one that was read before: it was made anew at {made:u}");
        var keeps = queue.Retention ?? UsualRetention;
        return now - last.Received > keeps
            ? new Gap(label, last.Received, now - keeps + Drift, $"the queue was not read for {(now - last.Received).TotalHours:0} h, and keeps messages for {keeps.TotalHours:0.##} h")
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Received.ToUnixTimeMilliseconds()} {Made?.ToUnixTimeSeconds()}").TrimEnd();

    private static bool IsTime(string text, out long milliseconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
