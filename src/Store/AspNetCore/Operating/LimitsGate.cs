using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Store.AspNetCore.Operating;

/// <summary>
/// Who may see and set limits where the application said nothing: those on the same host. A proxy there makes all the world look
/// so; one that says that it is a proxy is not let in. Whoever mapped the paths with authorization decides alone.
/// </summary>
internal static class LimitsGate
{
    public const string Refusal = "limits are shown and set on the application's own host only; to ask from elsewhere, or through a proxy, "
        + "let the application map them with RequireAuthorization";

    private static readonly string[] OfProxies = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    public static bool LetsIn(HttpContext http) => IsAuthorized(http) || (IsHere(http.Connection.RemoteIpAddress) && !OfProxies.Any(http.Request.Headers.ContainsKey));

    // Endpoints that ask for it are not reached without: ASP.NET sees to that.
    private static bool IsAuthorized(HttpContext http) => http.GetEndpoint()?.Metadata is { } said
        && said.GetMetadata<IAllowAnonymous>() is null
        && (said.GetMetadata<IAuthorizeData>() is not null || said.GetMetadata<AuthorizationPolicy>() is not null);

    // No address: a unix socket, whose mode says who may connect. An IPv4 address in IPv6 counts as itself.
    private static bool IsHere(IPAddress? address) => address is null || IPAddress.IsLoopback(address);
}
