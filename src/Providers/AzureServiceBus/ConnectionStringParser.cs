using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>Connection strings as Azure shows them. Pure.</summary>
internal static class ConnectionStringParser
{
    private const int MostLetters = 4096;

    public static bool TryParse(string? text, [NotNullWhen(true)] out ServiceBusAddress? address, out string problem)
    {
        address = null;
        problem = Problem(text, out var parts) ?? "";
        if (problem.Length > 0) return false;
        var isEmulator = string.Equals(parts.GetValueOrDefault("UseDevelopmentEmulator"), "true", StringComparison.OrdinalIgnoreCase);
        if (!TryEndpoint(parts["Endpoint"], isEmulator, out var endpoint, out problem)) return false;
        address = new ServiceBusAddress(endpoint)
        {
            KeyName = parts.GetValueOrDefault("SharedAccessKeyName"),
            Key = parts.GetValueOrDefault("SharedAccessKey"),
            Signature = parts.GetValueOrDefault("SharedAccessSignature"),
            EntityPath = parts.GetValueOrDefault("EntityPath")?.Trim('/'),
        };
        return true;
    }

    private static string? Problem(string? text, out Dictionary<string, string> parts)
    {
        parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (string.IsNullOrWhiteSpace(text)) return "the connection string is empty";
        if (text.Length > MostLetters || text.Any(char.IsControl)) return $"the connection string has a line break or more than {MostLetters} characters";
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal); // a key and a signature have more of them
            if (at <= 0) return "the connection string has a part without '='; it looks like Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=RULE;SharedAccessKey=KEY";
            if (at < part.Length - 1) parts[part[..at]] = part[(at + 1)..];
        }

        if (!parts.ContainsKey("Endpoint")) return "the connection string has no Endpoint";
        if (parts.ContainsKey("SharedAccessSignature"))
            return parts.ContainsKey("SharedAccessKey") ? "the connection string has both a SharedAccessKey and a SharedAccessSignature; keep one"
                : parts["SharedAccessSignature"].StartsWith("SharedAccessSignature ", StringComparison.OrdinalIgnoreCase) ? null
                : "the connection string's SharedAccessSignature does not begin with 'SharedAccessSignature sr='";
        return parts.ContainsKey("SharedAccessKeyName") && parts.ContainsKey("SharedAccessKey") ? null
            : "the connection string has no SharedAccessKeyName and SharedAccessKey, nor a SharedAccessSignature; without them name the namespace instead, for Microsoft Entra";
    }

    private static bool TryEndpoint(string text, bool isEmulator, [NotNullWhen(true)] out Uri? endpoint, out string problem)
    {
        (endpoint, problem) = (null, "");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("sb" or "https" or "http") || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
        {
            problem = "the connection string's Endpoint is no address such as sb://contoso.servicebus.windows.net/";
            return false;
        }

        var isPlain = uri.Scheme == "http" || (isEmulator && uri.Scheme == "sb");
        if (isPlain && !uri.IsLoopback)
        {
            problem = $"the connection string's Endpoint is {uri.Host} over plain http: keys and messages would be readable on the way; http is for an emulator on this host alone";
            return false;
        }

        var port = uri.IsDefaultPort || uri.Port < 0 ? "" : $":{uri.Port}";
        endpoint = new Uri($"{(isPlain ? "http" : "https")}://{uri.Host}{port}/");
        return true;
    }
}
