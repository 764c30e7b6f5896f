using System.Buffers.Text;

namespace Towncrier.Agent.Nginx;

/// <summary>When the origin made a response, as far as the cache file tells.</summary>
internal static class OriginTime
{
    /// <summary>
    /// The header's date, which is nginx's clock when the response came. A response that another cache held for a
    /// while says so in Age: it was made that much before its own Date (RFC 9111, section 4.2.3).
    /// </summary>
    /// <returns>Unix seconds.</returns>
    public static long MadeAt(CacheHead head, ResponseHead response)
    {
        long age = 0;
        ReadOnlySpan<byte> sentAt = default;
        foreach (var field in response.Fields)
        {
            if (field.Is("Age"u8))
                age = Utf8Parser.TryParse(field.Value, out uint seconds, out _) ? seconds : 0;
            else if (field.Is("Date"u8))
                sentAt = field.Value;
        }

        if (age == 0) return head.Date;
        return (Utf8Parser.TryParse(sentAt, out DateTimeOffset sent, out _, 'R')
            ? Math.Min(head.Date, sent.ToUnixTimeSeconds())
            : head.Date) - age;
    }
}
