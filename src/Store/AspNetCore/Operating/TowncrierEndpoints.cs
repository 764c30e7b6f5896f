using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Store.AspNetCore.Running;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What an application shows of its stores. Nothing unless it is mapped.</summary>
public static class TowncrierEndpoints
{
    /// <summary>
    /// Maps <c>metrics</c> below a path, in Prometheus' text format: of the output cache's store, or where there is none of the distributed cache's.
    /// Who may see it is for the caller to say: <c>MapTowncrier("/towncrier").RequireAuthorization()</c>.
    /// </summary>
    public static IEndpointConventionBuilder MapTowncrier(this IEndpointRouteBuilder endpoints, string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(prefix);
        group.MapGet("/metrics", (IServiceProvider services) => Results.Text(services.GetFirstStore().Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        return group;
    }
}
