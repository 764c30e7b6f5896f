using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Towncrier.Store.AspNetCore.Observing;

namespace Towncrier.Store.AspNetCore.Running;

/// <summary>
/// The section of the configuration that a store was set up from. When it is reloaded, its limits hold at once; what else it says
/// needs a restart. Limits with problems change nothing, and the log says so: a slip in a file must not end the application.
/// </summary>
internal sealed record WatchedSection(string Store, IConfiguration Section)
{
    /// <summary>Until it is disposed of.</summary>
    public IDisposable Follow(DiskStore store, ILogger logger) => ChangeToken.OnChange(Section.GetReloadToken, () => Apply(store, logger));

    private void Apply(DiskStore store, ILogger logger)
    {
        try
        {
            var read = new TowncrierStoreOptions();
            Section.Bind(read, binder => binder.ErrorOnUnknownConfiguration = true);
            if (read.Limits == store.Limits) return;
            store.Limits = read.Limits;
            AspNetCoreLog.LimitsChanged(logger, Store, read.Limits);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            AspNetCoreLog.LimitsRefused(logger, Store, e.Message, e);
        }
    }
}
