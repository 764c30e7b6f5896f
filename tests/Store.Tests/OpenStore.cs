using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>A store in a folder of its own that runs until it is disposed of.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private OpenStore(DiskStore store, string folder)
    {
        Store = store;
        Folder = folder;
        _running = store.RunAsync(_stop.Token);
    }

    public DiskStore Store { get; }

    /// <summary>Parent of the cache directory and of its state.</summary>
    public string Folder { get; }

    public string CacheDirectory => Path.Combine(Folder, "cache");

    /// <summary>Files of objects on disk.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(CacheDirectory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Length == 32);

    public static async Task<OpenStore> StartAsync(Func<StoreOptions, StoreOptions>? with = null, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("towncrier-store-").FullName;
        var options = new StoreOptions { Directory = Path.Combine(folder, "cache"), Fence = TimeSpan.Zero };
        var opened = new OpenStore(DiskStore.Open(with is null ? options : with(options), TimeProvider.System, NullLogger.Instance), folder);
        await Eventually.TrueAsync(() => opened.Store.IsReady, "the store is ready");
        return opened;
    }

    public static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    public static ObjectHead Head(params string[] tags) => new() { Expires = DateTimeOffset.UtcNow.AddHours(1), Tags = tags };

    public async Task PutAsync(string key, string body, params string[] tags) =>
        (await Store.PutAsync(new ObjectKey(key), Head(tags), Bytes(body), TestContext.Current.CancellationToken)).ShouldBe(PutOutcome.Stored);

    /// <summary>The body; null when there is none.</summary>
    public string? Read(string key, string variant = "")
    {
        using var found = Store.TryOpen(new ObjectKey(key, variant));
        return found is null ? null : Encoding.UTF8.GetString(found.ToArray());
    }

    /// <summary>Ends it and leaves its files, for another to open.</summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Store.DisposeAsync();
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested) await CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
