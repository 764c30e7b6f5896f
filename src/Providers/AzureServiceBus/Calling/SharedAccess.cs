using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>
/// Signs calls with a shared access key: a token for each entity, used until half of its life is over (Microsoft, "Service Bus
/// access control with Shared Access Signatures"). Or shows a token that somebody made.
/// </summary>
internal sealed class SharedAccess(ServiceBusAddress address, TimeProvider clock) : HttpPipelineSynchronousPolicy
{
    /// <summary>Of a token. An hour: a clock that is some minutes behind does no harm.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Renew)> _tokens = new(StringComparer.Ordinal); // one for each entity in use: some three

    public override void OnSendingRequest(HttpMessage message)
    {
        var entity = message.TryGetProperty(typeof(SharedAccess), out var value) ? (string)value! : "";
        message.Request.Headers.SetValue("Authorization", address.Signature ?? TokenFor(entity));
    }

    /// <param name="resource">The address the token is for; it is for all below it too.</param>
    internal static string Sign(Uri resource, string keyName, string key, DateTimeOffset expiry)
    {
        var audience = Uri.EscapeDataString(resource.AbsoluteUri.TrimEnd('/').ToLowerInvariant());
        var seconds = expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{audience}\n{seconds}"));
        return $"SharedAccessSignature sr={audience}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={seconds}&skn={Uri.EscapeDataString(keyName)}";
    }

    private string TokenFor(string entity)
    {
        var now = clock.GetUtcNow();
        if (_tokens.TryGetValue(entity, out var known) && now < known.Renew && known.Renew - now <= Lifetime / 2) return known.Token;
        var token = Sign(new Uri(address.Endpoint, entity), address.KeyName!, address.Key!, now + Lifetime);
        _tokens[entity] = (token, now + (Lifetime / 2));
        return token;
    }
}
