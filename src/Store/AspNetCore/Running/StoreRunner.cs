using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Towncrier.Store.AspNetCore.Running;

/// <summary>
/// Runs a store for as long as the application does. Hosted services stop in the reverse order of their start, and the web server
/// starts last: requests are over before the store ends. A store that ends by itself stops the application, as the host's options say. While it
/// runs, limits that a reloaded configuration changes hold at once.
/// </summary>
internal sealed class StoreRunner(DiskStore store, WatchedSection? section, IOptionsFactory<TowncrierStoreOptions> options, ILogger logger) : BackgroundService
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When it returns the store runs: what starts later may invalidate at once.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var following = section?.Follow(store, options, logger);
        var running = store.RunAsync(stoppingToken);
        _started.TrySetResult();
        await running.ConfigureAwait(false);
    }
}
