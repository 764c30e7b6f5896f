using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towncrier.Store;
using Towncrier.Store.AspNetCore;
using Towncrier.Store.AspNetCore.DistributedCaching;
using Towncrier.Store.AspNetCore.OutputCaching;
using Towncrier.Store.AspNetCore.Running;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts disk stores into an application.</summary>
public static class TowncrierServices
{
    /// <summary>
    /// The application's output cache on disk, in place of the one in memory. The store runs for as long as the application does;
    /// it is a service, <see cref="DiskStore"/>, by which URLs are invalidated.
    /// </summary>
    public static IServiceCollection AddTowncrierOutputCache(this IServiceCollection services, Action<TowncrierStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOutputCache();
        services.AddHttpContextAccessor();
        services.AddStore(StoreNames.OutputCache).Configure(configure);
        services.Replace(ServiceDescriptor.Singleton<IOutputCacheStore>(provider => new DiskOutputCacheStore(
            provider.GetStore(StoreNames.OutputCache), provider.GetRequiredService<IHttpContextAccessor>(), provider.GetClock(), provider.GetLogger())));
        services.TryAddSingleton(provider => provider.GetStore(StoreNames.OutputCache));
        return services;
    }

    /// <summary>The same, from a section of the configuration (<c>Towncrier:OutputCache</c>), whose unknown names are told at the start.</summary>
    /// <param name="configure">What a configuration cannot say: sources and publishers. It comes last, and again when the section is reloaded.</param>
    public static IServiceCollection AddTowncrierOutputCache(this IServiceCollection services, IConfiguration section, Action<TowncrierStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.Watch(StoreNames.OutputCache, section).AddTowncrierOutputCache(Bound(section, configure));
    }

    /// <summary>The application's distributed cache, on the output cache's store.</summary>
    /// <remarks>Needs <see cref="AddTowncrierOutputCache(IServiceCollection, Action{TowncrierStoreOptions})"/>; or give it a store of its own.</remarks>
    public static IServiceCollection AddTowncrierDistributedCache(this IServiceCollection services) => services.AddDistributedCache(StoreNames.OutputCache);

    /// <summary>The application's distributed cache, on a store of its own, in a directory of its own.</summary>
    public static IServiceCollection AddTowncrierDistributedCache(this IServiceCollection services, Action<TowncrierStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        // Who removes a value and sets the new one means the new one to stay.
        services.AddStore(StoreNames.DistributedCache).Configure(options => options.Fence = TimeSpan.Zero).Configure(configure);
        return services.AddDistributedCache(StoreNames.DistributedCache);
    }

    /// <summary>The same, from a section of the configuration (<c>Towncrier:DistributedCache</c>), whose unknown names are told at the start.</summary>
    /// <inheritdoc cref="AddTowncrierOutputCache(IServiceCollection, IConfiguration, Action{TowncrierStoreOptions})"/>
    public static IServiceCollection AddTowncrierDistributedCache(this IServiceCollection services, IConfiguration section, Action<TowncrierStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.Watch(StoreNames.DistributedCache, section).AddTowncrierDistributedCache(Bound(section, configure));
    }

    private static IServiceCollection AddDistributedCache(this IServiceCollection services, string store) => services.Replace(ServiceDescriptor.Singleton<IDistributedCache>(
        provider => new DiskDistributedCache(provider.GetStore(store), provider.GetClock(), provider.GetLogger())));

    private static IServiceCollection Watch(this IServiceCollection services, string store, IConfiguration section) => services.AddSingleton(new WatchedSection(store, section));

    private static Action<TowncrierStoreOptions> Bound(IConfiguration section, Action<TowncrierStoreOptions>? configure) => options =>
    {
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        configure?.Invoke(options);
    };
}
