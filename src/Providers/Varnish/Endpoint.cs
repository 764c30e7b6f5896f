using System.Globalization;

namespace Towncrier.Providers.Varnish;

/// <summary>Where a Varnish listens.</summary>
/// <param name="Name">A host name or an address, without brackets.</param>
/// <param name="Authority">As a Host header has it: the port only where it is not 80.</param>
internal sealed record Endpoint(string Name, int Port, string Authority)
{
    public static bool TryParse(string url, out Endpoint endpoint, out string problem)
    {
        endpoint = new Endpoint("", 0, "");
        problem = "";
        const string scheme = "http://";
        if (!url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) problem = "must be an http URL, such as http://127.0.0.1:6081";
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) problem = $"\"{url}\" is no URL";
        else if (uri.UserInfo.Length > 0) problem = "holds a user name: Varnish knows none";
        else if (uri.Port is < 1 or > 65535) problem = "has no port that can be connected to";
        else endpoint = new Endpoint(uri.DnsSafeHost, uri.Port, uri.IsDefaultPort ? uri.Host : string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{uri.Port}"));
        return problem.Length == 0;
    }
}
