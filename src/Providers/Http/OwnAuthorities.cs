namespace Towncrier.Providers.Http;

/// <summary>Knows the names of the agent itself, as clients put them into the Host header.</summary>
internal sealed class OwnAuthorities
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    public OwnAuthorities(IEnumerable<string> authorities)
    {
        foreach (var authority in authorities)
        {
            _names.Add(authority);
            var colon = authority.LastIndexOf(':');
            if (colon < 0 || authority.EndsWith(']')) continue;
            var port = authority[colon..];
            _names.Add("localhost" + port);
            if (port is not (":80" or ":443")) continue;
            _names.Add(authority[..colon]); // A scheme's own port is left out by clients.
            _names.Add("localhost");
        }
    }

    public bool Contains(string authority) => _names.Contains(authority);
}
