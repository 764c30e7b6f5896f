using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>A namespace of Service Bus and who we are to it, as read from its name or a connection string. Immutable; its text holds no secret.</summary>
public sealed class ServiceBusAddress
{
    internal ServiceBusAddress(Uri endpoint) => Endpoint = endpoint;

    /// <summary>Such as <c>https://contoso.servicebus.windows.net/</c>; over http only on this host.</summary>
    internal Uri Endpoint { get; }

    /// <summary>The rule whose key it is; null without one.</summary>
    internal string? KeyName { get; init; }

    internal string? Key { get; init; }

    /// <summary>A token that somebody made: <c>SharedAccessSignature sr=..&amp;sig=..&amp;se=..&amp;skn=..</c>.</summary>
    internal string? Signature { get; init; }

    /// <summary>The one topic or queue that the key is for.</summary>
    internal string? EntityPath { get; init; }

    /// <summary>Neither a key nor a token: Microsoft Entra says who we are.</summary>
    internal bool IsEntra => Key is null && Signature is null;

    /// <summary>Host and port where it is not the usual one: what the same namespace always is.</summary>
    public string Host => Endpoint.Authority;

    /// <summary>Reads <c>contoso</c>, <c>contoso.servicebus.windows.net</c> or another cloud's full name; <see cref="IsEntra"/>. Pure; never throws.</summary>
    public static bool TryNamed(string? name, [NotNullWhen(true)] out ServiceBusAddress? address, out string problem)
    {
        address = null;
        problem = "";
        var host = name ?? "";
        if (!host.Contains('.', StringComparison.Ordinal)) host += ".servicebus.windows.net";
        var first = host.Split('.')[0];
        // Azure's rule: 6..50 letters, digits and hyphens, the first a letter, the last no hyphen.
        var isName = first.Length is >= 6 and <= 50 && char.IsAsciiLetter(first[0]) && first[^1] != '-' && first.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        if (!isName || host.Length > 253 || host.Split('.').Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            problem = $"'{Shown(name)}' is no namespace; one looks like contoso.servicebus.windows.net, its first part 6..50 letters, digits and hyphens";
        else address = new ServiceBusAddress(new Uri($"https://{host.ToLowerInvariant()}/"));
        return address is not null;
    }

    /// <summary>
    /// Reads a connection string: <c>Endpoint=sb://..;SharedAccessKeyName=..;SharedAccessKey=..[;EntityPath=..]</c>, or with
    /// <c>SharedAccessSignature=..</c> instead of name and key. Plain http for an emulator on this host alone:
    /// <c>UseDevelopmentEmulator=true</c>, or an Endpoint with <c>http://</c>. Pure; never throws; <paramref name="problem"/> never holds a secret.
    /// </summary>
    public static bool TryParse(string? connectionString, [NotNullWhen(true)] out ServiceBusAddress? address, out string problem) =>
        ConnectionStringParser.TryParse(connectionString, out address, out problem);

    /// <summary>The host, without any secret.</summary>
    public override string ToString() => Host;

    private static string Shown(string? text) => text is null ? "" : text.Length > 60 ? text[..60] + ".." : text;
}
