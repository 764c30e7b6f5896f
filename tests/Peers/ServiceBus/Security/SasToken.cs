using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// A SharedAccessSignature: its fields in any order. What is signed is the resource as it stands in the token, still encoded,
/// a line feed, and the expiry (Microsoft's "Service Bus access control with Shared Access Signatures").
/// </summary>
internal sealed record SasToken(string KeyName, string RawResource, string RawExpiry, string Signature)
{
    /// <summary>Null when a field is missing or the expiry is no number.</summary>
    public static SasToken? Read(string fields)
    {
        var byName = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields.Split('&'))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) byName[field[..equals].Trim()] = field[(equals + 1)..].Trim();
        }

        return byName.TryGetValue("skn", out var name) && byName.TryGetValue("sr", out var resource) && byName.TryGetValue("se", out var expiry)
            && byName.TryGetValue("sig", out var signature) && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new SasToken(Uri.UnescapeDataString(name), resource, expiry, Uri.UnescapeDataString(signature)) : null;
    }

    public DateTimeOffset Expiry => DateTimeOffset.FromUnixTimeSeconds(Math.Min(long.Parse(RawExpiry, CultureInfo.InvariantCulture), 253402300799));

    /// <param name="key">Its UTF-8 bytes are the key: it is not decoded.</param>
    public bool IsSignedWith(string key)
    {
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(RawResource + "\n" + RawExpiry));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToBase64String(signed)), Encoding.UTF8.GetBytes(Signature));
    }

    /// <summary>
    /// Whether the token is for this host and for this path or one above it, in any case. The port does not count: the real
    /// one has none, and here a proxy's may stand in between. Nor does the scheme.
    /// </summary>
    public bool IsFor(string host, string path)
    {
        var resource = Uri.UnescapeDataString(RawResource);
        if (!resource.Contains("://", StringComparison.Ordinal)) resource = "sb://" + resource; // Microsoft's examples leave it out, too
        if (!Uri.TryCreate(resource, UriKind.Absolute, out var uri) || !uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase)) return false;
        var allowed = Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/');
        return path.StartsWith(allowed, StringComparison.OrdinalIgnoreCase) && (path.Length == allowed.Length || path[allowed.Length] == '/');
    }
}
