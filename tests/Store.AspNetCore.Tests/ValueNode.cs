using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>An application without a web server that has a distributed cache on a store of its own.</summary>
internal sealed class ValueNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TempFolder? _own;

    private ValueNode(IHost host, TempFolder? own) => (_host, _own) = (host, own);

    public IBufferDistributedCache Cache => (IBufferDistributedCache)_host.Services.GetRequiredService<IDistributedCache>();

    public DiskStore Store => _host.Services.GetRequiredKeyedService<DiskStore>("distributed-cache");

    public static async Task<ValueNode> StartAsync(TimeProvider? clock = null, string? folder = null, Action<TowncrierStoreOptions>? options = null)
    {
        var own = folder is null ? new TempFolder() : null;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        if (clock is not null) builder.Services.AddSingleton(clock);
        builder.Services.AddTowncrierDistributedCache(o =>
        {
            o.Directory = Path.Combine(folder ?? own!.Path, "values");
            options?.Invoke(o);
        });
        var node = new ValueNode(builder.Build(), own);
        await node._host.StartAsync();
        await Eventually.TrueAsync(() => node.Store.IsReady, "the store is ready");
        return node;
    }

    public Task<string?> ReadAsync(string key) => Cache.GetStringAsync(key, TestContext.Current.CancellationToken);

    /// <summary>As it stands in the file; null when it is not served. No read of the cache's.</summary>
    public DateTimeOffset? ExpiryOf(string key)
    {
        using var found = Store.TryOpen(new ObjectKey(key));
        return found?.Expires;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _own?.Dispose();
    }
}

/// <summary>Shows the time it is told to; timers run as ever.</summary>
internal sealed class SteppingClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
