using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// Says whether a request may do what it asks for. The wordings InvalidSignature and InvalidAudience are the service's own,
/// seen in public issues; the others follow the form of its error names (ExpiredToken, MalformedToken, MissingToken).
/// </summary>
internal sealed class Gatekeeper(TimeProvider clock, IReadOnlyCollection<string> bearerTokens)
{
    private const string Sas = "SharedAccessSignature ";
    private const string Bearer = "Bearer ";
    private const int MostProven = 4096;

    private readonly ConcurrentDictionary<string, (string Key, ServiceBusRights Rights)> _keys = new(StringComparer.Ordinal);

    // Tokens whose signature was found right. Emptied when a key changes, and when it is full.
    private readonly ConcurrentDictionary<string, SasToken> _proven = new(StringComparer.Ordinal);

    /// <summary>Adds a key, or gives it another value.</summary>
    public string Add(string name, ServiceBusRights rights)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        _keys[name] = (key, rights);
        _proven.Clear();
        return key;
    }

    /// <summary>Null when the request may; else what to tell its caller, of a 401.</summary>
    /// <param name="host">Of the request, without its port.</param>
    /// <param name="path">Of the request, decoded, from its first slash.</param>
    public string? Refuses(string? authorization, string host, string path, ServiceBusRights needs, string claim)
    {
        if (string.IsNullOrEmpty(authorization)) return "MissingToken: The authorization header was not found.";
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return bearerTokens.Contains(authorization[Bearer.Length..]) ? null : "InvalidToken: The authorization header contains a token that is not valid.";
        if (!authorization.StartsWith(Sas, StringComparison.OrdinalIgnoreCase)) return "MalformedToken: The authorization header contains a malformed token.";

        if (!_proven.TryGetValue(authorization, out var token))
        {
            token = SasToken.Read(authorization[Sas.Length..]);
            if (token is null) return "MalformedToken: The authorization header contains a malformed token.";
            if (!_keys.TryGetValue(token.KeyName, out var key) || !token.IsSignedWith(key.Key)) return "InvalidSignature: The token has an invalid signature.";
            if (_proven.Count >= MostProven) _proven.Clear();
            _proven[authorization] = token;
        }

        if (token.Expiry <= clock.GetUtcNow()) return "ExpiredToken: The token is expired.";
        if (!token.IsFor(host, path)) return "InvalidAudience: The authorization header contains a token with a wrong audience.";
        return _keys.TryGetValue(token.KeyName, out var now) && now.Rights.HasFlag(needs) ? null : claim;
    }
}
