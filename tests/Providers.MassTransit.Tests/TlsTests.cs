using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Towncrier.Providers.MassTransit.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task A_broker_is_believed_by_its_name_and_authority_alone()
    {
        using var folder = new TempFolder();
        MakeCertificates(folder, "localhost");
        await using var rabbit = await RabbitServer.StartAsync((folder.Of("ca.pem"), folder.Of("server.pem"), folder.Of("server.key")));
        await File.WriteAllTextAsync(folder.Of("empty.pem"), "nothing", TestContext.Current.CancellationToken);
        var good = Url("localhost", folder.Of("ca.pem"));
        await using (var listener = await Listener.ConnectAsync(Site.Source(Options(good))))
        {
            await using var publisher = Site.Publisher(good);
            await publisher.PublishAsync("""{"command":"all"}"""u8.ToArray(), TestContext.Current.CancellationToken);
            await listener.ReceivedAsync(1);
        }

        (await FailureAsync(Url("127.0.0.1", folder.Of("ca.pem")))).ShouldContain("TLS: ");
        (await FailureAsync(Url("localhost", null))).ShouldContain("name its authority by ?ca=FILE");
        (await FailureAsync(Url("localhost", folder.Of("none.pem")))).ShouldContain("cannot be read");
        (await FailureAsync(Url("localhost", folder.Of("empty.pem")))).ShouldContain("holds no certificate");

        string Url(string host, string? ca) => $"amqps://{RabbitServer.User}:{RabbitServer.Password}@{host}:{rabbit.TlsPort}/{(ca is null ? "" : "?ca=" + ca)}";
    }

    private static MassTransitSourceOptions Options(string url) => new() { Address = Site.Parse(url), Fleet = "test", Host = "tls" };

    private static async Task<string> FailureAsync(string url)
    {
        await using var listener = Listener.Start(Site.Source(Options(url)));
        await listener.FailedAsync(1);
        await using var publisher = Site.Publisher(url);
        (await Should.ThrowAsync<IOException>(() => publisher.PublishAsync("""{"command":"all"}"""u8.ToArray(), TestContext.Current.CancellationToken))).Message.ShouldNotContain(RabbitServer.Password);
        return listener.Failures.First();
    }

    // For localhost, and not for 127.0.0.1.
    private static void MakeCertificates(TempFolder folder, string name)
    {
        using var caKey = RSA.Create(2048);
        var ca = new CertificateRequest("CN=Test authority", caKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var authority = ca.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=rabbit", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Parse("127.0.0.2"));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        File.WriteAllText(folder.Of("ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(folder.Of("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Of("server.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
