using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Warming;

/// <summary>What an agent is shown in place of this machine: an nginx that was started long ago, another's configuration, another authority.</summary>
internal sealed class Seen
{
    private readonly Dictionary<string, string> _environment = [];
    private string? _uptime;

    /// <summary>Everything that runs seems to have been started so much earlier; may be called again while the agent runs.</summary>
    public Seen Later(TempFolder folder, TimeSpan by)
    {
        var now = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture) + by.TotalSeconds;
        _uptime = folder.Of("uptime");
        File.WriteAllText(_uptime, now.ToString("0.00", CultureInfo.InvariantCulture) + " 1.00\n");
        return this;
    }

    /// <summary>What <c>nginx -T</c> says.</summary>
    public Seen Configuration(TempFolder folder, string text)
    {
        File.WriteAllText(folder.Of("dump.conf"), "# configuration file /etc/nginx/nginx.conf:\n" + text);
        Directory.CreateDirectory(folder.Of("bin"));
        var program = folder.Of("bin", "nginx");
        File.WriteAllText(program, $"#!/bin/sh\n[ \"$1\" = -T ] && exec cat {folder.Of("dump.conf")}\necho 'configure arguments: --user=www-data' >&2\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _environment["PATH"] = folder.Of("bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        return this;
    }

    /// <summary>It trusts this certificate.</summary>
    public Seen Authority(string file)
    {
        _environment["SSL_CERT_FILE"] = file;
        return this;
    }

    /// <summary>A certificate for a host, signed by itself: FILE.pem and FILE.key.</summary>
    public static string Certificate(TempFolder folder, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.Of(host + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Of(host + ".key"), key.ExportPkcs8PrivateKeyPem());
        return folder.Of(host);
    }

    public Task<AgentProcess> StartAsync(int port, string[] args)
    {
        if (_uptime is null) return AgentProcess.StartAsync(port, args, _environment);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may show a process another uptime");
        // exec in place: the id stays that of the process that is signalled.
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return AgentProcess.ReadyAsync(ChildProcess.Start("unshare", ["-m", "sh", "-c", $"mount --bind {_uptime} /proc/uptime && exec \"$@\"", "sh", dotnet, TowncrierBinary.Dll, "agent", .. args], _environment), port);
    }
}
