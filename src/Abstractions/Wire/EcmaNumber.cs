using System.Globalization;

namespace Towncrier.Wire;

/// <summary>Doubles as ECMAScript prints them, which is what RFC 8785 asks for.</summary>
internal static class EcmaNumber
{
    /// <summary>The shortest digits that read back as <paramref name="number"/>, which is finite, laid out as in Number::toString.</summary>
    public static string Format(double number)
    {
        if (number == 0) return "0"; // Minus zero too.
        var sign = number < 0 ? "-" : "";
        var (digits, point) = Shortest(Math.Abs(number));
        if (point is > 21 or <= -6) return sign + Exponential(digits, point - 1);
        if (point <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        return sign + (digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}");
    }

    private static string Exponential(string digits, int exponent)
    {
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
    }

    // 0.digits times ten to the point: neither begins nor ends with a zero.
    private static (string Digits, int Point) Shortest(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? mantissa.Length : dot) + (e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        return (significant.TrimEnd('0'), point - (digits.Length - significant.Length));
    }
}
