using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>Opens the byte stream to a server: TCP, TLS over it, or a unix socket.</summary>
internal static class Transport
{
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="IOException">TLS failed; the message says why.</exception>
    public static async Task<Stream> OpenAsync(RedisNode? node, RedisAddress address, CancellationToken cancel)
    {
        var socket = node is null
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (node is null) await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.SocketPath!), cancel).ConfigureAwait(false);
            else await socket.ConnectAsync(node.Value.Host, node.Value.Port, cancel).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return address.Tls && node is not null ? await SecureAsync(plain, node.Value, address, cancel).ConfigureAwait(false) : plain;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream plain, RedisNode node, RedisAddress address, CancellationToken cancel)
    {
        var wrong = SslPolicyErrors.None;
        var secure = new SslStream(plain);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = node.Host,
            CertificateChainPolicy = PolicyOf(address.CaFile),
            RemoteCertificateValidationCallback = (_, _, _, errors) => (wrong = errors) == SslPolicyErrors.None,
        };
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancel).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"TLS with Redis at {node} failed: {Why(wrong, node, address.CaFile, e)}", e);
        }
    }

    private static X509ChainPolicy? PolicyOf(string? caFile)
    {
        if (caFile is null) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(caFile);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"the authorities for Redis in {caFile} cannot be read: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new IOException($"{caFile} holds no certificate (PEM)");
    }

    private static string Why(SslPolicyErrors wrong, RedisNode node, string? caFile, Exception e) =>
        wrong.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"its certificate is not for the name {node.Host}; use a name that is in it"
        : wrong.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? $"its certificate is not from an authority that {(caFile is null ? "this system trusts; name its authority with ?ca=file" : caFile + " names")}, or has expired"
        : $"{e.Message}; does the port speak TLS?";
}
