using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Towncrier.Providers.Redis.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task A_server_whose_name_and_authority_are_right_is_read()
    {
        using var folder = new TempFolder();
        var port = MakeCertificates(folder, "localhost");
        await using var redis = await StartAsync(folder, port);
        await using var listener = await Listener.ConnectAsync(Make.Source($"rediss://localhost:{port}?ca={folder.Of("ca.pem")}", "s", "a"));
        await using var publisher = Make.Publisher($"rediss://127.0.0.1:{port}?ca={folder.Of("ca.pem")}", "a", "s");
        await publisher.SendManyAsync("m", 100);
        await listener.ReceivedAsync(200);
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_name_a_wrong_authority_and_no_TLS_are_told_apart()
    {
        using var folder = new TempFolder();
        var port = MakeCertificates(folder, "elsewhere.example.org");
        await using var redis = await StartAsync(folder, port);
        var ca = folder.Of("ca.pem");
        (await LoginTests.FailureAsync($"rediss://localhost:{port}?ca={ca}", "s")).ShouldContain("its certificate is not for the name localhost");
        (await LoginTests.FailureAsync($"rediss://127.0.0.1:{port}", "s")).ShouldContain("name its authority with ?ca=file");
        (await LoginTests.FailureAsync($"rediss://localhost:{redis.Port}?ca={ca}", "s")).ShouldContain("does the port speak TLS?");
        (await LoginTests.FailureAsync($"rediss://localhost:{port}?ca={folder.Of("none.pem")}", "s")).ShouldContain("cannot be read");
        await File.WriteAllTextAsync(folder.Of("empty.pem"), "nothing", TestContext.Current.CancellationToken);
        (await LoginTests.FailureAsync($"rediss://localhost:{port}?ca={folder.Of("empty.pem")}", "s")).ShouldContain("holds no certificate");
    }

    private static Task<RedisServer> StartAsync(TempFolder folder, int port) => RedisServer.StartAsync(
        "--tls-port", $"{port}", "--tls-cert-file", folder.Of("server.pem"), "--tls-key-file", folder.Of("server.key"), "--tls-ca-cert-file", folder.Of("ca.pem"), "--tls-auth-clients", "no");

    private static int MakeCertificates(TempFolder folder, string name)
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ca = new CertificateRequest("CN=Test authority", caKey, HashAlgorithmName.SHA256);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var authority = ca.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        File.WriteAllText(folder.Of("ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(folder.Of("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Of("server.key"), key.ExportPkcs8PrivateKeyPem());
        return FreePort.Next();
    }
}
