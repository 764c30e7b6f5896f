namespace Towncrier.Agent.Nginx;

/// <summary>Where host and URI stand in a key. Keys that share what is before the URI make up one site.</summary>
/// <param name="Parsed">The key fits its template; otherwise all of it is taken as the URI, without a host.</param>
/// <param name="HostIsUpstream">The host is an upstream's name, not the public one.</param>
/// <param name="HostOpen">Another variable follows the host without a mark between: it is only known how it begins.</param>
internal readonly record struct KeySplit(
    bool Parsed, int HostAt, int HostLength, int UriAt, int UriLength, bool HostIsUpstream, bool HostOpen)
{
    public static KeySplit Whole(int length) => new(false, 0, 0, 0, length, false, false);
}
