using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Store.Cluster;

/// <summary>The secret that peers show each other. Safe for any thread.</summary>
internal sealed class PeerToken(string token)
{
    private readonly byte[] _hash = Hash("Bearer " + token);

    /// <summary>Whether an <c>Authorization</c> header shows it. Takes the same time whatever is wrong, the length too: hashes are compared.</summary>
    public bool IsShown(string? authorization) => CryptographicOperations.FixedTimeEquals(Hash(authorization ?? ""), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
