namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>What to do about the refusals that people meet. Pure; never names a secret.</summary>
internal static class Advice
{
    /// <summary>Tokens are for an hour: a clock that is off by less than this is not to blame.</summary>
    private static readonly TimeSpan Tolerable = TimeSpan.FromMinutes(5);

    /// <param name="detail">Service Bus's own words.</param>
    /// <param name="ahead">How far its clock is ahead of ours; null when it does not say.</param>
    public static string? Of(BrokerRequest request, ServiceBusAddress address, int status, string detail, TimeSpan? ahead) => status switch
    {
        401 => Unauthorized(request, address, detail, ahead),
        403 when Says(detail, "quota") || Says(detail, "large") || Says(detail, "size") => "the message is too large for this tier, or the topic is full: look at its size and its subscriptions' dead letters",
        403 => $"{Allow(request, address)}; or the namespace's network rules keep this host's address out",
        404 or 410 => Missing(request),
        413 => "the message is larger than the tier takes: 256 KB in standard, up to 1 MB over HTTPS in premium (max_message_bytes)",
        429 or 503 => "Service Bus is busy or slows this namespace down; it was tried again and then given up; fewer pollers, or another tier, would help",
        _ => null,
    };

    private static string Unauthorized(BrokerRequest request, ServiceBusAddress address, string detail, TimeSpan? ahead)
    {
        var clock = ahead is { } off && off.Duration() > Tolerable
            ? $"; this host's clock is {Math.Round(off.Duration().TotalMinutes)} minutes {(off > TimeSpan.Zero ? "behind" : "ahead of")} Service Bus's: set it right" : "";
        if (address.IsEntra) return Allow(request, address) + clock;
        if (address.Signature is not null)
            return (Says(detail, "expired") ? "the SharedAccessSignature has expired: make a new one, or use a SharedAccessKey"
                : Says(detail, "claim") ? $"the SharedAccessSignature is of a policy without the claim {request.Claim}"
                : $"the SharedAccessSignature is not for {request.Entity}, or its key was changed: make a new one") + clock;
        if (Says(detail, "claim")) return $"give the shared access policy {address.KeyName} the claim {request.Claim} on {request.Entity} or above it" + clock;
        if (Says(detail, "expired")) return (clock.Length > 0 ? clock[2..] : "the token was signed just now and counts as expired: is this host's clock right?");
        if (Says(detail, "audience")) return $"the key is for another entity than {request.Entity}: check the connection string's EntityPath and the topic" + clock;
        return $"the key in the connection string is not that of the policy {address.KeyName}: it was changed, or the policy is another entity's or namespace's; copy the connection string again" + clock;
    }

    private static string Allow(BrokerRequest request, ServiceBusAddress address) => address.IsEntra
        ? $"give this identity the role \"Azure Service Bus Data {Role(request.Claim)}\" on {request.Entity} or above it; a new assignment takes some minutes"
        : $"give the shared access policy {address.KeyName ?? "of the token"} the claim {request.Claim} on {request.Entity} or above it";

    private static string Role(Claim claim) => claim switch { Claim.Listen => "Receiver", Claim.Send => "Sender", _ => "Owner" };

    private static string Missing(BrokerRequest request) =>
        $"there is no {request.Entity} in this namespace: check its name, or make it (terraform{(request.Entity.Contains("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? ", or 'subscription: auto'" : "")})";

    private static bool Says(string detail, string word) => detail.Contains(word, StringComparison.OrdinalIgnoreCase);
}
