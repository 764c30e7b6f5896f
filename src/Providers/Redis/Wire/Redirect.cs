using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>Another node of a cluster, named in an answer.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="Asks">The slot is on its way there: each command is preceded by ASKING.</param>
internal sealed record Redirect(RedisNode Node, bool Asks)
{
    /// <summary>Most redirections in a row; more are a cluster at odds with itself.</summary>
    public const int MaxHops = 5;

    /// <summary>Reads <c>MOVED slot host:port</c> and <c>ASK slot host:port</c>. An empty host is the one that answered.</summary>
    public static bool TryParse(string error, string answeredBy, [NotNullWhen(true)] out Redirect? redirect)
    {
        redirect = null;
        var words = error.Split(' ');
        if (words.Length != 3 || words[0] is not ("MOVED" or "ASK")) return false;
        var colon = words[2].LastIndexOf(':');
        if (colon < 0 || !int.TryParse(words[2].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535) return false;
        var host = words[2][..colon].Trim('[', ']');
        redirect = new Redirect(new RedisNode(host.Length == 0 ? answeredBy : host, port), words[0] == "ASK");
        return true;
    }
}
