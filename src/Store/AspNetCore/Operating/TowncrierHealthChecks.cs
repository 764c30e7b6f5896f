using Microsoft.Extensions.Diagnostics.HealthChecks;
using Towncrier.Store.AspNetCore.Operating;
using Towncrier.Store.AspNetCore.Running;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells whether an application's stores are ready.</summary>
public static class TowncrierHealthChecks
{
    /// <summary>Adds a check of the output cache's store, or where there is none of the distributed cache's. Until it is healthy, an old page may be served that was invalidated while the application was down.</summary>
    public static IHealthChecksBuilder AddTowncrier(this IHealthChecksBuilder builder, string name = "towncrier", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, services => new StoreHealthCheck(services.GetFirstStore()), failureStatus, tags));
    }
}
