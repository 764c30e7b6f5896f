using System.Globalization;

namespace Towncrier.Agent;

/// <summary>Durations as people write them: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>, <c>4d</c>. A number alone is refused, for its unit would be a guess; but 0 is 0.</summary>
internal static class Durations
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads whole numbers of one unit, at most ten digits. Never throws.</summary>
    public static bool TryRead(string text, out TimeSpan value)
    {
        value = default;
        if (text == "0") return true;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 0 or > 10) return false;
        foreach (var (unit, milliseconds) in Units)
        {
            if (!text.AsSpan(digits).SequenceEqual(unit)) continue;
            var time = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * milliseconds;
            if (time > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond) return false; // 29,000 years
            value = TimeSpan.FromMilliseconds(time);
            return true;
        }

        return false;
    }

    /// <summary>The shortest text that <see cref="TryRead"/> reads back to the same value, for whole milliseconds.</summary>
    public static string Write(TimeSpan value)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        if (milliseconds == 0) return "0s";
        var (unit, size) = Units.Last(u => milliseconds % u.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
    }
}
