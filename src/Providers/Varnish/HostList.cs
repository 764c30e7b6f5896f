namespace Towncrier.Providers.Varnish;

/// <summary>Compares hosts as Host headers hold them: without case, and without the port where one side has none.</summary>
internal static class HostList
{
    /// <summary>Whether every host that <paramref name="host"/> means (it may be <c>*.domain</c>) is one of <paramref name="list"/>.</summary>
    public static bool Covers(IReadOnlyList<string> list, string host) => list.Any(allowed => Covers(allowed, host));

    /// <summary>The name, and the port with its colon or nothing. A trailing dot of the name is left out.</summary>
    public static (string Name, string Port) Split(string host)
    {
        var colon = host.LastIndexOf(':');
        if (colon < 0 || colon < host.LastIndexOf(']')) return (host.TrimEnd('.'), "");
        return (host[..colon].TrimEnd('.'), host[colon..]);
    }

    private static bool Covers(string allowed, string host)
    {
        var (name, port) = Split(allowed);
        var (wanted, wantedPort) = Split(host);
        if (port.Length > 0 && wantedPort.Length > 0 && port != wantedPort) return false;
        if (!name.StartsWith("*.", StringComparison.Ordinal)) return string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase);
        var domain = name[1..];
        return string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
            || (wanted.Length > domain.Length && wanted.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }
}
