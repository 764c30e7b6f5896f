using System.Globalization;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>Durations as VCL has them: a number with an optional sign and fraction, and a unit right behind it.</summary>
internal static class BanDuration
{
    private const int MostDigits = 15; // as in Varnish (lib/libvarnish/vnum.c); fits a double

    public static bool TryParse(string text, out double seconds)
    {
        seconds = 0;
        var unit = text.AsSpan().TrimStart("-.0123456789");
        double? scale = unit switch
        {
            "ms" => 1e-3,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86400,
            "w" => 7 * 86400,
            "y" => 365 * 86400,
            _ => null,
        };
        var number = text.AsSpan(0, text.Length - unit.Length);
        if (scale is null || number.TrimStart('-').IndexOf('.') > MostDigits || (!number.Contains('.') && number.Length > MostDigits + 1)) return false;
        if (!number.ContainsAnyInRange('0', '9')) return false;
        if (!double.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        seconds = value * scale.Value;
        return true;
    }
}
