using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Towncrier.Store.AspNetCore.Operating;

/// <summary>Ready once every object on disk is indexed and every source was connected: from then on no invalidation is missed.</summary>
internal sealed class StoreHealthCheck(DiskStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var unready = store.Looking.Unready();
        return Task.FromResult(unready.Count == 0
            ? HealthCheckResult.Healthy($"{store.Count} objects")
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", unready)));
    }
}
