using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Towncrier.Store.AspNetCore.Observing;

namespace Towncrier.Store.AspNetCore.Running;

/// <summary>
/// The section of the configuration that a store was set up from. When it is reloaded, its limits hold at once, and what code says
/// of them still comes last; what else it says needs a restart. A reload that leaves the limits as they were changes nothing, not
/// even what was set meanwhile. Limits with problems change nothing, and the log says so: a slip in a file must not end the application.
/// </summary>
internal sealed record WatchedSection(string Store, IConfiguration Section)
{
    /// <summary>Until it is disposed of.</summary>
    /// <param name="options">Makes the options anew, as at the start.</param>
    public IDisposable Follow(DiskStore store, IOptionsFactory<TowncrierStoreOptions> options, ILogger logger)
    {
        var read = store.Limits;
        return ChangeToken.OnChange(Section.GetReloadToken, () =>
        {
            try
            {
                var limits = options.Create(Store).Limits;
                if (limits == read) return;
                store.Limits = read = limits;
                AspNetCoreLog.LimitsChanged(logger, Store, limits);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or OptionsValidationException)
            {
                AspNetCoreLog.LimitsRefused(logger, Store, e.Message, e);
            }
        });
    }
}
