using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towncrier.Providers.MassTransit;

/// <summary>Where a RabbitMQ is and who we are to it, as read from a URL. Immutable.</summary>
public sealed class RabbitAddress
{
    private const int PlainPort = 5672, TlsPort = 5671;

    private RabbitAddress()
    {
    }

    internal string Host { get; init; } = "";

    internal int Port { get; init; }

    internal string VirtualHost { get; init; } = "/";

    internal string User { get; init; } = "";

    internal string Password { get; init; } = "";

    internal bool Tls { get; init; }

    /// <summary>A PEM file of the authorities to trust instead of the system's.</summary>
    internal string? CaFile { get; init; }

    /// <summary>Host and port, for messages.</summary>
    internal string Where => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>
    /// Reads <c>amqp://[user:password@]host[:5672][/vhost]</c>, and the same with <c>amqps://</c> and port 5671 for TLS
    /// (<c>?ca=file</c> names its authorities). User, password and virtual host are percent-decoded; without a virtual host
    /// it is <c>/</c>, without a user <c>guest</c>. Pure; never throws; <paramref name="problem"/> never holds the password.
    /// </summary>
    public static bool TryParse(string? url, [NotNullWhen(true)] out RabbitAddress? address, out string problem)
    {
        address = null;
        problem = ProblemOf(url, out var uri);
        if (problem.Length > 0) return false;
        var user = uri!.UserInfo.Split(':', 2);
        var tls = uri.Scheme == "amqps";
        var vhost = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        address = new RabbitAddress
        {
            Host = uri.DnsSafeHost,
            Port = uri.Port > 0 ? uri.Port : tls ? TlsPort : PlainPort,
            VirtualHost = vhost.Length == 0 ? "/" : vhost,
            User = user[0].Length == 0 ? "guest" : Uri.UnescapeDataString(user[0]),
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : user[0].Length == 0 ? "guest" : "",
            Tls = tls,
            CaFile = uri.Query.Length > 0 ? Uri.UnescapeDataString(uri.Query["?ca=".Length..]) : null,
        };
        return true;
    }

    /// <summary>As a URL, without user and password.</summary>
    public override string ToString() => $"{(Tls ? "amqps" : "amqp")}://{Where}/{Uri.EscapeDataString(VirtualHost)}{(CaFile is null ? "" : "?ca=" + Uri.EscapeDataString(CaFile))}";

    /// <summary>An exchange of it, so that the same place is the same text.</summary>
    internal string Place(string exchange) => $"rabbitmq://{Where}/{Uri.EscapeDataString(VirtualHost)}/{exchange}";

    private static string ProblemOf(string? url, out Uri? uri)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out uri)) return "it is no URL; a special character of the password, such as / or @, is written in percents";
        if (uri.Scheme is not ("amqp" or "amqps")) return $"its scheme is {uri.Scheme}, not amqp or amqps";
        if (uri.Host.Length == 0) return "it names no host";
        if (uri.AbsolutePath.TrimStart('/').Contains('/')) return "a virtual host's / is written %2F";
        if (uri.Fragment.Length > 0) return "it has a fragment (#..); a # of the password is written %23";
        return uri.Query.Length > 0 && (!uri.Query.StartsWith("?ca=", StringComparison.Ordinal) || uri.Query.Length == 4 || uri.Scheme == "amqp") ? "all that may follow is ?ca=FILE, behind amqps://" : "";
    }
}
