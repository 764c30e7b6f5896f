using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>Reads a Redis URL. The BCL's Uri knows neither lists of hosts nor what a password may hold.</summary>
internal static class AddressParser
{
    private static readonly SearchValues<char> NoHost = SearchValues.Create(":[] %@\\");

    private const int Port = 6379;
    private const int SentinelPort = 26379;
    private const int MaxHost = 255;
    private const int MaxSocketPath = 107; // sun_path, with its final zero
    private const string Schemes = "redis://, rediss://, unix://, redis+unix://, redis+sentinel:// or rediss+sentinel://";

    public static bool TryParse(string? url, [NotNullWhen(true)] out RedisAddress? address, out string problem)
    {
        address = null;
        problem = "";
        var start = url?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (start < 0) return Fail(out problem, $"a Redis URL starts with {Schemes}");
        var scheme = url![..start].ToLowerInvariant();
        if (scheme is not ("redis" or "rediss" or "unix" or "redis+unix" or "redis+sentinel" or "rediss+sentinel"))
            return Fail(out problem, $"a Redis URL starts with {Schemes}, not with {scheme}://");
        if (url.Any(char.IsControl) || url.Contains('#', StringComparison.Ordinal))
            return Fail(out problem, "the Redis URL holds a control character or a #; write it percent-encoded (# is %23)");
        var rest = url[(start + 3)..];
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        if (!TryParseQuery(mark < 0 ? "" : rest[(mark + 1)..], scheme, out var query, out problem)) return false;
        if (mark >= 0) rest = rest[..mark];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "" : rest[slash..];
        if (!TryParseUser(ref authority, out var user, out var password, out problem)) return false;
        var unix = scheme.EndsWith("unix", StringComparison.Ordinal);
        var sentinel = scheme.EndsWith("sentinel", StringComparison.Ordinal);
        IReadOnlyList<RedisNode> nodes = [];
        if (unix && authority.Length > 0) return Fail(out problem, "a unix URL has three slashes before the socket's absolute path: unix:///run/redis.sock");
        if (!unix && !TryParseNodes(authority, sentinel, out nodes, out problem)) return false;
        if (!TryParsePath(path, unix, sentinel, query, out var master, out var database, out problem)) return false;
        address = new RedisAddress
        {
            Nodes = nodes,
            SocketPath = unix ? Uri.UnescapeDataString(path) : null,
            MasterName = master,
            Tls = scheme.StartsWith("rediss", StringComparison.Ordinal),
            CaFile = query.GetValueOrDefault("ca"),
            User = user,
            Password = password,
            SentinelUser = query.GetValueOrDefault("sentinel_user"),
            SentinelPassword = query.GetValueOrDefault("sentinel_password"),
            Database = database,
        };
        return true;
    }

    private static bool TryParseUser(ref string authority, out string? user, out string? password, out string problem)
    {
        (user, password, problem) = (null, null, "");
        var at = authority.LastIndexOf('@');
        if (at < 0) return true;
        var userInfo = authority[..at];
        authority = authority[(at + 1)..];
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        user = Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]);
        if (user.Length == 0) user = null;
        if (colon >= 0) password = Uri.UnescapeDataString(userInfo[(colon + 1)..]);
        if (password?.Length == 0) password = null;
        return (user ?? password) is not null || Fail(out problem, "the Redis URL has neither user nor password before the @");
    }

    private static bool TryParseNodes(string authority, bool sentinel, out IReadOnlyList<RedisNode> nodes, out string problem)
    {
        var found = new List<RedisNode>();
        (nodes, problem) = (found, "");
        var hosts = authority.Split(',');
        if (hosts.Length > 1 && !sentinel) return Fail(out problem, "several hosts are for redis+sentinel:// only; a cluster's other nodes are found by themselves");
        foreach (var text in hosts)
        {
            var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
            var host = colon < 0 ? text : text[..colon];
            var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
            var port = sentinel ? SentinelPort : Port;
            if (bare.Length is 0 or > MaxHost) return Fail(out problem, "the Redis URL has no host, or one that is too long");
            if (bare == host && host.AsSpan().ContainsAny(NoHost))
                return Fail(out problem, "the Redis URL's host is not one: an IPv6 address is in brackets, and in a password @ : / ? # % are written percent-encoded");
            if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
                return Fail(out problem, "the Redis URL's port must be 1..65535; if the password holds a / or ?, write it percent-encoded (%2F, %3F)");
            found.Add(new RedisNode(bare, port));
        }

        return true;
    }

    private static bool TryParsePath(
        string path, bool unix, bool sentinel, Dictionary<string, string> query, out string? master, out int database, out string problem)
    {
        (master, database, problem) = (null, 0, "");
        if (unix && path.Length < 2) return Fail(out problem, "the Redis URL has no path to the socket: unix:///run/redis.sock");
        if (unix && Encoding.UTF8.GetByteCount(Uri.UnescapeDataString(path)) > MaxSocketPath) return Fail(out problem, $"the path to the socket has more than {MaxSocketPath} bytes");
        var parts = unix ? [] : path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (sentinel && parts.Length == 0) return Fail(out problem, "a sentinel URL names the master after the hosts: redis+sentinel://host:26379/mymaster");
        if (sentinel) (master, parts) = (Uri.UnescapeDataString(parts[0]), parts[1..]);
        if (parts.Length > 1) return Fail(out problem, "the Redis URL's path is the number of the database, and nothing more");
        var number = parts.Length == 1 ? parts[0] : query.GetValueOrDefault("db", "0");
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out database)
            || Fail(out problem, "the Redis URL's database must be a number, such as redis://host:6379/0");
    }

    private static bool TryParseQuery(string text, string scheme, out Dictionary<string, string> query, out string problem)
    {
        query = new Dictionary<string, string>(StringComparer.Ordinal);
        problem = "";
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            var known = name == "db" || (name == "ca" && scheme.StartsWith("rediss", StringComparison.Ordinal))
                || (name is "sentinel_user" or "sentinel_password" && scheme.EndsWith("sentinel", StringComparison.Ordinal));
            if (!known || equals < 0) return Fail(out problem, $"{scheme}:// takes no such query; known are db, ca (with TLS), sentinel_user and sentinel_password (with sentinels)");
            query[name] = Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return true;
    }

    private static bool Fail(out string problem, string words)
    {
        problem = words;
        return false;
    }
}
