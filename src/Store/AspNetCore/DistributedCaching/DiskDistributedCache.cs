using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Towncrier.Store.AspNetCore.Observing;

namespace Towncrier.Store.AspNetCore.DistributedCaching;

/// <summary>
/// A distributed cache on disk: each node has values of its own, and a removal reaches all of them. A value that cannot be stored is
/// as one that was evicted at once. Safe for any thread.
/// </summary>
internal sealed class DiskDistributedCache(DiskStore store, TimeProvider clock, ILogger logger) : IBufferDistributedCache
{
    private readonly LostPuts _lost = new(clock, logger);

    public byte[]? Get(string key)
    {
        var objectKey = CacheKey.Of(key);
        using var found = store.TryOpen(objectKey);
        if (found is null) return null;
        Slide(objectKey, found);
        return found.ToArray();
    }

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        return Task.FromResult(Get(key));
    }

    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var objectKey = CacheKey.Of(key);
        using var found = store.TryOpen(objectKey);
        if (found is null) return false;
        Slide(objectKey, found);
        found.CopyTo(destination);
        return true;
    }

    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.FromResult(TryGet(key, destination));
    }

    public void Refresh(string key)
    {
        var objectKey = CacheKey.Of(key);
        using var found = store.TryOpen(objectKey);
        if (found is not null) Slide(objectKey, found);
    }

    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        Refresh(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="RemoveAsync"/>
    public void Remove(string key) => RemoveAsync(key, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Removes it here, and tells the other nodes.</summary>
    /// <exception cref="IOException">It is not removed here, or not sent to the others; the message says which. It may be repeated.</exception>
    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        var message = new InvalidationBuilder().PurgeKey(CacheKey.Of(key).Key).Build(clock: clock);
        foreach (var report in await store.InvalidateAsync(message, token).ConfigureAwait(false))
            if (report.State != InvalidationState.Applied) throw new IOException($"'{key}' was not removed here: {report.State}");
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => SetAsync(key, value, options, CancellationToken.None).GetAwaiter().GetResult();

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => SetAsync(key, value, options, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    /// <summary>Stores a value over the one that is there. One that cannot be stored is counted and logged, and the former is not served any more.</summary>
    /// <exception cref="IOException">Nor could the former be taken away: it would be read as if it were this one.</exception>
    public async ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var objectKey = CacheKey.Of(key);
        var lifetime = EntryLifetime.Of(options, clock.GetUtcNow());
        var outcome = await store.PutAsync(objectKey, new ObjectHead { Expires = lifetime.Expires(clock.GetUtcNow()), Fields = lifetime.ToFields() }, value, token).ConfigureAwait(false);
        if (outcome == PutOutcome.Stored) return;
        _lost.Note(outcome, key);
        store.Touch(objectKey, clock.GetUtcNow());
        using var former = store.TryOpen(objectKey);
        if (former is not null) throw new IOException($"'{key}' was not stored ({outcome}), and its former value cannot be taken away");
    }

    // Not with each read: a write to the file for a tenth of the window is precise enough, and reads stay reads.
    private void Slide(ObjectKey key, StoredObject found)
    {
        var now = clock.GetUtcNow();
        if (EntryLifetime.Of(found.Fields) is not { Sliding: { } window } lifetime) return;
        var later = lifetime.Expires(now);
        if (later - found.Expires > window / 10) store.Touch(key, later);
    }
}
