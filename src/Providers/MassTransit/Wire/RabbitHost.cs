using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using RabbitMQ.Client;

namespace Towncrier.Providers.MassTransit.Wire;

/// <summary>How MassTransit connects to one RabbitMQ.</summary>
internal sealed class RabbitHost(RabbitAddress address, string? password, TimeSpan heartbeat, TimeSpan timeout)
{
    /// <summary>More than RabbitMQ can be set to take: a client that meets a larger message than it allows drops the link, and meets it again.</summary>
    private const uint LargestMessage = 536_870_912;

    public RabbitAddress Address => address;

    /// <param name="beforeConnecting">Called before each try of MassTransit to connect; what it throws ends the try.</param>
    public void Apply(IRabbitMqBusFactoryConfigurator bus, Func<ConnectionFactory, Task>? beforeConnecting = null) =>
        bus.Host(address.Host, (ushort)address.Port, address.VirtualHost == "/" ? "/" : address.VirtualHost, "towncrier", host =>
        {
            host.Username(address.User);
            host.Password(password ?? address.Password);
            host.Heartbeat(heartbeat);
            host.RequestedConnectionTimeout(timeout);
            host.ContinuationTimeout(timeout);
            host.MaxMessageSize(LargestMessage);
            host.PublisherConfirmation = true;
            if (beforeConnecting is not null) host.OnRefreshConnectionFactory = factory => beforeConnecting(factory);
            if (address.Tls) host.UseSsl(Secure);
        });

    /// <summary>Connects and leaves again, to learn why it cannot be done; MassTransit would try again and again and say nothing.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public async Task ProbeAsync(ConnectionFactory factory, CancellationToken cancel)
    {
        try
        {
            var connection = await factory.CreateConnectionAsync([address.Host], "towncrier probe", cancel).ConfigureAwait(false);
            await connection.CloseAsync(Constants.ReplySuccess, "probed", timeout, abort: true, CancellationToken.None).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RabbitErrors.IsBroker(e))
        {
            throw RabbitErrors.Translate(e, address, "connecting");
        }
    }

    // MassTransit's own default lets in a certificate of whatever authority.
    private void Secure(IRabbitMqSslConfigurator tls)
    {
        tls.Protocol = SslProtocols.None; // the system's choice
        tls.ServerName = address.Host;
        tls.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
        if (address.CaFile is { } file) tls.CertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(file, certificate, chain, errors);
    }

    private static bool IsTrusted(string file, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 own || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(own);
    }
}
