using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towncrier.Host;

/// <summary>How the command line and the admin interface write JSON: snake_case names, one line, text as it is.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Line(object value) => JsonSerializer.Serialize(value, value.GetType(), Options);

    /// <summary>Unix seconds as ISO 8601 in UTC; hostile headers hold any number, and then it is the number.</summary>
    public static string Time(long unixSeconds)
        => unixSeconds is >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
            : unixSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
