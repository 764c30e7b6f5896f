using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Towncrier.Store.AspNetCore.Running;

/// <summary>A store as services: its options by its name, itself by its name as a key, and what runs it.</summary>
internal static class StoreServices
{
    /// <summary>Adds it unless it is there already; its options are answered, to be configured.</summary>
    public static OptionsBuilder<TowncrierStoreOptions> AddStore(this IServiceCollection services, string name)
    {
        var options = services.AddOptions<TowncrierStoreOptions>(name);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(DiskStore) && name.Equals(service.ServiceKey))) return options;
        services.AddKeyedSingleton(name, (provider, _) => Open(provider, name));
        services.AddSingleton<IHostedService>(provider => new StoreRunner(
            provider.GetStore(name), provider.GetServices<WatchedSection>().LastOrDefault(section => section.Store == name), provider.GetRequiredService<IOptionsFactory<TowncrierStoreOptions>>(), provider.GetLogger()));
        services.AddSingleton<IValidateOptions<TowncrierStoreOptions>>(new StoreOptionsCheck(name));
        return options.ValidateOnStart();
    }

    /// <exception cref="OptionsValidationException">The options have problems; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">No such store was added.</exception>
    /// <exception cref="IOException">Another store has the directory, or it cannot be used.</exception>
    public static DiskStore GetStore(this IServiceProvider provider, string name) => provider.GetKeyedService<DiskStore>(name)
        ?? throw new InvalidOperationException($"there is no store for the {name}: call AddTowncrierOutputCache, or give the distributed cache a directory of its own");

    /// <summary>The output cache's, or where there is none the distributed cache's.</summary>
    public static DiskStore GetFirstStore(this IServiceProvider provider) => provider.GetKeyedService<DiskStore>(StoreNames.OutputCache) ?? provider.GetStore(StoreNames.DistributedCache);

    public static TimeProvider GetClock(this IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    public static ILogger GetLogger(this IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger("Towncrier.Store");

    private static DiskStore Open(IServiceProvider provider, string name)
        => DiskStore.Open(provider.GetRequiredService<IOptionsMonitor<TowncrierStoreOptions>>().Get(name).ToStore(provider), provider.GetClock(), provider.GetLogger());
}
