using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Logging;
using Towncrier.Store.AspNetCore.Observing;

namespace Towncrier.Store.AspNetCore.OutputCaching;

/// <summary>
/// ASP.NET Core's output cache on disk. An entry is found by the cache's own key together with the URL it answers, and is invalidated
/// by its tags and by that URL. Without a request at hand it is found, and invalidated, by the cache's key alone.
/// </summary>
/// <remarks>
/// The cache's key is coarser than the URL: two spellings of one address have one key. If one entry stood for both, an invalidation
/// of the one would miss what was stored for the other; and with an entry that only its own URL may take, the two would drive each other out.
/// </remarks>
internal sealed class DiskOutputCacheStore(DiskStore store, IHttpContextAccessor requests, TimeProvider clock, ILogger logger) : IOutputCacheBufferStore
{
    private const int Piece = 64 * 1024;

    private static readonly object LookedUpAt = new();

    private readonly LostPuts _lost = new(clock, logger);

    /// <exception cref="IOException">It is not applied here, or not sent to the others; the message says which. It may be repeated.</exception>
    /// <exception cref="ArgumentException">It can be no tag.</exception>
    public async ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        foreach (var report in await store.InvalidateTagsAsync([tag], cancellationToken).ConfigureAwait(false))
            if (report.State != InvalidationState.Applied) throw new IOException($"the tag '{tag}' was not evicted here: {report.State}, {report.Purged} of {report.Matched} files");
    }

    /// <summary>Null also when the disk fails: the response is then made anew.</summary>
    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        using var found = Find(key);
        try
        {
            return ValueTask.FromResult(found?.ToArray());
        }
        catch (IOException e)
        {
            AspNetCoreLog.ReadFailed(logger, e);
            return ValueTask.FromResult<byte[]?>(null);
        }
    }

    /// <exception cref="IOException">The disk failed, and a part was handed over already.</exception>
    public async ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        using var found = Find(key);
        if (found is null) return false;
        if (found.Length <= Piece)
        {
            found.CopyTo(destination);
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        for (long done = 0; done < found.Length;)
        {
            var into = destination.GetMemory((int)Math.Min(Piece, found.Length - done));
            var read = RandomAccess.Read(found.File, into.Span[..(int)Math.Min(into.Length, found.Length - done)], found.Offset + done);
            if (read == 0) throw new EndOfStreamException("the file became shorter while it was read");
            destination.Advance(read);
            done += read;
            if ((await destination.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted) break; // nobody reads any more
        }

        return true;
    }

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
        => SetAsync(key, new ReadOnlySequence<byte>(value), tags, validFor, cancellationToken);

    /// <summary>Stores it, or counts and logs why not: a response that cannot be stored is served all the same.</summary>
    public async ValueTask SetAsync(string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var head = new ObjectHead
        {
            Expires = DateTimeOffset.MaxValue - now > validFor ? now + validFor : DateTimeOffset.MaxValue,
            Tags = Usable(tags.Span),
            Made = requests.HttpContext?.Items[LookedUpAt] as DateTimeOffset?,
        };
        var objectKey = KeyOf(key);
        if (objectKey.Problem is { } problem) _lost.NoteRefused("key", problem);
        else if (head.Tags.Select(TagText.Problem).FirstOrDefault(wrong => wrong is not null) is { } noTag) _lost.NoteRefused("tag", noTag); // it could not be evicted
        else _lost.Note(await store.PutAsync(objectKey, head, value, cancellationToken).ConfigureAwait(false), objectKey.Key);
    }

    // The memory is the caller's, and used again after the call. An empty tag is none.
    private static string[] Usable(ReadOnlySpan<string> tags)
    {
        var usable = new List<string>(tags.Length);
        foreach (var tag in tags)
            if (!string.IsNullOrEmpty(tag)) usable.Add(tag);
        return [.. usable];
    }

    // A response that is not found is made from now on: what is invalidated until it is stored means it, too.
    private StoredObject? Find(string key)
    {
        requests.HttpContext?.Items.TryAdd(LookedUpAt, clock.GetUtcNow());
        return store.TryOpen(KeyOf(key));
    }

    private ObjectKey KeyOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (requests.HttpContext?.Features.Get<IOutputCacheFeature>() is not { } feature) return new ObjectKey(key) { Identity = key };
        var url = RequestUrl.Of(feature.Context);
        return new ObjectKey(url) { Identity = $"{key}\u001d{url}" }; // the cache's keys have 1E and 1F between their parts
    }
}
