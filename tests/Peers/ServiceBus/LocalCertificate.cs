using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Towncrier.Peers.ServiceBus;

/// <summary>A self-signed certificate for localhost and 127.0.0.1, and its PEM file for clients to trust.</summary>
internal sealed class LocalCertificate : IDisposable
{
    private readonly TempFolder _folder = new();

    private LocalCertificate(X509Certificate2 certificate)
    {
        Certificate = certificate;
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem());
    }

    public X509Certificate2 Certificate { get; }

    public string File => _folder.Of("servicebus.pem");

    public static LocalCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return new LocalCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30)));
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _folder.Dispose();
    }
}
