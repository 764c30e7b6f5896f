using System.Globalization;
using System.Net;
using System.Text;

namespace Towncrier.Host.Configuring;

/// <summary>One address: either a unix socket or a TCP one.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="UnixPath">The socket's absolute path, or null.</param>
/// <param name="Host">An IP address without brackets, <c>localhost</c>, or <c>*</c> for all interfaces; null for a unix socket.</param>
/// <param name="Port">0 to 65535; 0 lets the kernel choose. 0 for a unix socket.</param>
internal sealed record ListenAddress(string Text, string? UnixPath, string? Host, int Port)
{
    // sockaddr_un.sun_path is 108 bytes with its NUL.
    private const int LongestSocketPath = 107;

    /// <summary>True when only this machine can reach it, so that it may go without a token.</summary>
    public bool IsLocal => UnixPath is not null || Host == "localhost" || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Reads <c>unix:PATH</c> or <c>http://HOST:PORT</c>; else says why not.</summary>
    public static ListenAddress? Read(string text, out string? problem)
    {
        problem = null;
        if (text.StartsWith("unix:", StringComparison.Ordinal)) return ReadUnix(text, out problem);
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            problem = $"'{text}' asks for TLS, which the agent does not speak; let nginx or another proxy end it";
        else if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            problem = $"'{text}' is not an address";
        return problem is null ? ReadTcp(text, out problem) : null;
    }

    private static ListenAddress? ReadUnix(string text, out string? problem)
    {
        var path = text["unix:".Length..];
        problem = null;
        if (!path.StartsWith('/')) problem = $"the socket path of '{text}' is not absolute";
        else if (path.EndsWith('/')) problem = $"the socket path of '{text}' is a directory";
        else if (path.Any(char.IsControl)) problem = "the socket path holds a control character";
        else if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath) problem = $"the socket path of '{text}' is longer than {LongestSocketPath} bytes, the kernel's limit";
        return problem is null ? new ListenAddress(text, path, null, 0) : null;
    }

    private static ListenAddress? ReadTcp(string text, out string? problem)
    {
        problem = null;
        var rest = text["http://".Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || rest.EndsWith(']'))
        {
            problem = $"'{text}' has no port";
            return null;
        }

        var (host, portText) = (rest[..colon].ToLowerInvariant(), rest[(colon + 1)..]);
        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
            problem = $"'{portText}' in '{text}' is not a port";

        // An IPv6 address needs brackets, and nothing else may have them.
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed) host = host[1..^1];
        var isAddress = IPAddress.TryParse(host, out _) && bracketed == host.Contains(':') && (bracketed || host.Count(c => c == '.') == 3);

        // The server would bind all interfaces for any other name: a name must not look narrower than it is.
        if (problem is null && !isAddress && (bracketed || host is not ("localhost" or "*")))
            problem = $"'{host}' in '{text}' is not an IP address, 'localhost' or '*'";
        if (problem is null && host == "localhost" && port == 0) problem = $"'{text}' asks for any port on two addresses at once; use 127.0.0.1";
        return problem is null ? new ListenAddress(text, null, host, port) : null;
    }
}
