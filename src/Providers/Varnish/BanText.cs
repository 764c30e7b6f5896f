using System.Globalization;
using System.Text;

namespace Towncrier.Providers.Varnish;

/// <summary>
/// Conditions of ban expressions. A VCL's <c>ban()</c> splits its argument at white space and knows no quotes and no
/// escapes, so whatever an argument must hold is written as a regular expression without white space (varnish-7.1
/// bin/varnishd/cache/cache_vrt.c, VRT_ban_string).
/// </summary>
internal static class BanText
{
    /// <summary>Every object: they all have a status.</summary>
    public const string Everything = "obj.status != 0";

    public const string And = " && ";

    public static string UrlIs(string path) => $"req.url ~ ^{Literal(path)}$";

    public static string UrlStartsWith(string prefix) => $"req.url ~ ^{Literal(prefix)}";

    /// <summary>The same pattern as on nginx: a star is any run of bytes, <c>\*</c> a star itself, <c>\\</c> a backslash.</summary>
    public static string UrlFits(string wildcard)
    {
        var regex = new StringBuilder("req.url ~ ^");
        var plain = new StringBuilder();
        for (var i = 0; i < wildcard.Length; i++)
        {
            if (wildcard[i] == '*')
            {
                regex.Append(Literal(plain.ToString())).Append(".*");
                plain.Clear();
                continue;
            }

            if (wildcard[i] == '\\' && i + 1 < wildcard.Length && wildcard[i + 1] is '*' or '\\') i++;
            plain.Append(wildcard[i]);
        }

        return regex.Append(Literal(plain.ToString())).Append('$').ToString();
    }

    /// <summary>Requests for one of these hosts: names or <c>*.domain</c>, without case, a port only where both have one.</summary>
    public static string HostIs(IReadOnlyList<string> hosts)
    {
        var all = string.Join('|', hosts.Select(HostRegex));
        return $"req.http.host ~ (?i)^{(hosts.Count == 1 ? all : $"(?:{all})")}$";
    }

    /// <summary>The expression with its blanks written as <c>\x20</c>; null where that could change its meaning.</summary>
    public static string? WithoutBlanks(string regex)
    {
        if (regex.AsSpan().IndexOfAny(' ', '\t') < 0) return regex;
        if (regex.Contains(@"\Q", StringComparison.Ordinal) || regex.Contains("(?", StringComparison.Ordinal)) return null;
        var text = new StringBuilder();
        for (var i = 0; i < regex.Length; i++)
        {
            var escaped = regex[i] == '\\' && i + 1 < regex.Length;
            var c = escaped ? regex[++i] : regex[i];
            if (c is ' ' or '\t') text.Append(c == ' ' ? @"\x20" : @"\x09");
            else if (escaped) text.Append('\\').Append(c);
            else text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>A text as a regular expression that means just its bytes, itself in ASCII without blanks and quotes.</summary>
    public static string Literal(string text)
    {
        var regex = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is <= (byte)' ' or >= 0x7f or (byte)'"' or (byte)'\'') regex.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            else if (char.IsAsciiLetterOrDigit((char)b) || "/_-=%&:;,~@!".Contains((char)b, StringComparison.Ordinal)) regex.Append((char)b);
            else regex.Append('\\').Append((char)b);
        }

        return regex.ToString();
    }

    private static string HostRegex(string host)
    {
        var (name, port) = HostList.Split(host);
        var wild = name.StartsWith("*.", StringComparison.Ordinal);
        var regex = wild ? @"[^:/]+\." + Literal(name[2..]) : Literal(name);
        return regex + (port.Length == 0 ? "(?::[0-9]+)?" : $"(?:{Literal(port)})?");
    }
}
