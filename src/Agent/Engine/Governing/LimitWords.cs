using System.Globalization;

namespace Towncrier.Agent.Governing;

/// <summary>
/// A cache's limits by their names, as the file and <c>towncrier config set</c> write them. What may be off is
/// <c>off</c>; fractions are decimal numbers, bytes have a unit or none, times have one.
/// </summary>
internal static class LimitWords
{
    private const string Off = "off";

    private static readonly (string Unit, double Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    // What only a store has comes last.
    private static readonly Word[] All =
    [
        new("disk_limit", "Write a fraction of the file system, such as 0.92, or off",
            limits => Fraction(limits.DiskLimit), (limits, text) => text == Off ? limits with { DiskLimit = null } : Number(text) is { } limit ? limits with { DiskLimit = limit } : null),
        new("disk_limit_check_interval", "Write a time from 10ms to 1d, such as 60s",
            limits => Durations.Write(limits.DiskLimitCheckInterval), (limits, text) => Time(text) is { } time ? limits with { DiskLimitCheckInterval = time } : null),
        new("memory_limit", "Write a fraction of the memory, such as 0.7, or bytes, such as 512MiB, or off",
            limits => limits.MemoryLimit is >= 1 and var bytes ? ((long)bytes).ToString(CultureInfo.InvariantCulture) : Fraction(limits.MemoryLimit),
            (limits, text) => text == Off ? limits with { MemoryLimit = null } : Bytes(text) is { } limit ? limits with { MemoryLimit = limit } : null),
        new("mem_limit_check_interval", "Write a time from 10ms to 1d, such as 1s",
            limits => Durations.Write(limits.MemLimitCheckInterval), (limits, text) => Time(text) is { } time ? limits with { MemLimitCheckInterval = time } : null),
        new("expired_resp_sweep_interval", "Write a time from 10ms to 1d, such as 3s, or off",
            limits => Interval(limits.ExpiredRespSweepInterval), (limits, text) => text == Off ? limits with { ExpiredRespSweepInterval = null } : Time(text) is { } time ? limits with { ExpiredRespSweepInterval = time } : null),
        new("outdated_lru_sweep_interval", "Write a time from 10ms to 1d, such as 2s, or off",
            limits => Interval(limits.OutdatedLruSweepInterval), (limits, text) => text == Off ? limits with { OutdatedLruSweepInterval = null } : Time(text) is { } time ? limits with { OutdatedLruSweepInterval = time } : null),
        new("delay_before_delete", "Write a time from 0 to 1h, such as 1s",
            limits => Durations.Write(limits.DelayBeforeDelete), (limits, text) => Time(text) is { } time ? limits with { DelayBeforeDelete = time } : null, IsStores: true),
        new("max_worker_queue_len", "Write a number from 1 to 100000, such as 50",
            limits => limits.MaxWorkerQueueLen.ToString(CultureInfo.InvariantCulture), (limits, text) => Number(text) is { } number && number == (int)number ? limits with { MaxWorkerQueueLen = (int)number } : null, IsStores: true),
    ];

    /// <summary>Of an nginx cache's limits.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. All.Where(word => !word.IsStores).Select(word => word.Key)];

    /// <summary>Every limit as it would be written, in the order of the keys.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Write(CacheLimits limits, bool isStore = false) => [.. Of(isStore).Select(word => KeyValuePair.Create(word.Key, word.Write(limits)))];

    /// <summary>Changes one limit; null, with what is wrong and what to write instead, when it cannot be meant.</summary>
    public static CacheLimits? With(CacheLimits limits, string key, string text, out string problem, out string remedy, bool isStore = false)
    {
        (problem, remedy) = ("", "");
        if (Of(isStore).FirstOrDefault(word => word.Key == key) is not { } word)
        {
            problem = $"'{key}' is no limit";
            remedy = NearestName.Of(key, [.. Of(isStore).Select(known => known.Key)]) is { } near ? $"Did you mean '{near}'?" : $"Known are {string.Join(", ", Of(isStore).Select(known => known.Key))}";
            return null;
        }

        var changed = word.Read(limits, text);
        if (changed?.Problems().Any(found => found.StartsWith(key + " ", StringComparison.Ordinal)) == false) return changed;
        problem = $"{key} '{text}' cannot be used";
        remedy = word.Remedy;
        return null;
    }

    private static IEnumerable<Word> Of(bool isStore) => All.Where(word => isStore || !word.IsStores);

    private static string Fraction(double? value) => value?.ToString("0.################", CultureInfo.InvariantCulture) ?? Off;

    private static string Interval(TimeSpan? value) => value is { } time ? Durations.Write(time) : Off;

    private static TimeSpan? Time(string text) => Durations.TryRead(text, out var time) ? time : null;

    private static double? Number(string text)
        => text.Length <= 32 && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Bytes(string text)
    {
        foreach (var (unit, bytes) in Units)
            if (text.EndsWith(unit, StringComparison.Ordinal)) return Number(text[..^unit.Length]) is { } number && number * bytes >= 1 ? Math.Floor(number * bytes) : null;
        return Number(text);
    }

    /// <param name="Read">The limits with this one changed; null when the text is none.</param>
    private sealed record Word(string Key, string Remedy, Func<CacheLimits, string> Write, Func<CacheLimits, string, CacheLimits?> Read, bool IsStores = false);
}
