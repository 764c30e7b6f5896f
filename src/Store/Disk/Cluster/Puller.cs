using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Observing;
using Towncrier.Store.Reading;
using Towncrier.Store.Writing;

namespace Towncrier.Store.Cluster;

/// <summary>What became of one object that a peer has.</summary>
internal enum PullResult
{
    Pulled,

    /// <summary>It is here already, as new or newer.</summary>
    Here,

    /// <summary>The peer does not have it any more, it has expired, or it was invalidated.</summary>
    Gone,

    /// <summary>It is no whole object of that name.</summary>
    Invalid,

    NoSpace,

    /// <summary>The peer could not be reached, several times.</summary>
    Failed,
}

/// <summary>
/// Fetches objects that this node lacks, a few at a time. Who offers one waits while many wait already, and with it the
/// channel it came from: nothing is dropped on the way. Safe for any thread.
/// </summary>
internal sealed class Puller(
    Cache cache, StoreDirectory directory, ObjectWriter writer, PeerClient client, ClusterOptions options, long longest, StoreMeters meters, TimeProvider clock, ILogger logger)
{
    private const int MostTries = 4;

    private readonly Channel<Order> _orders = Channel.CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait });
    private readonly ConcurrentDictionary<EntryName, long> _inHand = new(); // of each name the latest that was ordered

    /// <summary>Fetches an object in its turn, unless it is here.</summary>
    /// <param name="done">Told what became of it.</param>
    public async ValueTask OfferAsync(Uri address, SharedObject offered, Action<PullResult>? done, CancellationToken cancel)
    {
        if (!EntryName.TryParse(System.Text.Encoding.UTF8.GetBytes(offered.Variant), out var name))
        {
            Tell(PullResult.Invalid, done);
            return;
        }

        var isLatest = _inHand.AddOrUpdate(name, offered.Stored, (_, known) => Math.Max(known, offered.Stored)) == offered.Stored;
        if (!isLatest || !IsWanted(name, offered))
        {
            Tell(offered.Expires <= clock.GetUtcNow().ToUnixTimeMilliseconds() ? PullResult.Gone : PullResult.Here, done);
            _inHand.TryRemove(new(name, offered.Stored));
            return;
        }

        await _orders.Writer.WriteAsync(new Order(address, offered, name, done), cancel).ConfigureAwait(false);
    }

    /// <summary>Fetches until <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, options.PullsAtATime).Select(_ => WorkAsync(stop)));

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var order in _orders.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            Tell(await PullAsync(order, stop).ConfigureAwait(false), order.Done);
            _inHand.TryRemove(new(order.Name, order.Object.Stored));
        }
    }

    private async Task<PullResult> PullAsync(Order order, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return IsWanted(order.Name, order.Object) ? await FetchAsync(order, stop).ConfigureAwait(false) : PullResult.Here;
            }
            catch (IOException e)
            {
                if (tries == MostTries)
                {
                    StoreLog.PullFailed(logger, order.Object.Key, e.Message);
                    return PullResult.Failed;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100 << (2 * tries)), clock, stop).ConfigureAwait(false); // 0.4, 1.6, 6.4 s: over a peer's restart
            }
        }
    }

    private async Task<PullResult> FetchAsync(Order order, CancellationToken stop)
    {
        var errno = directory.TryCreate(out var file);
        if (errno != Errno.None) return Problem(errno);
        using (file)
        {
            var found = await client.FetchAsync(
                order.Address,
                order.Object.Variant,
                piece =>
                {
                    errno = file!.Length + piece.Length > longest + HeaderDraft.MaxLength ? Errno.EFBIG : file.Append(piece.Span);
                    return errno == Errno.None;
                },
                stop).ConfigureAwait(false);
            if (!found) return PullResult.Gone;
            return errno == Errno.None ? Adopt(file!, order.Name) : Problem(errno);
        }
    }

    private PullResult Adopt(TempFile file, EntryName name)
    {
        using var head = new ReadBuffer();
        if (!head.TryFill(file.File, out var length) || !IsWholeObject(head.Span, length, name, out var expires)) return PullResult.Invalid;
        if (expires <= clock.GetUtcNow().ToUnixTimeMilliseconds()) return PullResult.Gone;
        var placed = writer.Adopt(file, head.Span, name);
        if (placed.Errno != Errno.None) return Problem(placed.Errno);
        return placed.IsInPlace ? PullResult.Pulled : placed.IsInvalidated ? PullResult.Gone : PullResult.Here;
    }

    // By its own head alone: what the peer said of it is not believed.
    private static bool IsWholeObject(ReadOnlySpan<byte> bytes, long length, EntryName name, out long expires)
    {
        expires = 0;
        if (!ObjectTimes.TryRead(bytes, out var times, out var head) || head.Layout != HeaderLayout.V5) return false;
        expires = times.Expires;
        var isNamedByVariant = head.Variant.ContainsAnyExcept((byte)0);
        return (isNamedByVariant ? EntryName.FromHash(head.Variant) : EntryName.OfKey(head.Key)) == name && times.Length == length;
    }

    // The index knows whole seconds; in the same one the file is asked.
    private bool IsWanted(EntryName name, SharedObject offered)
    {
        if (offered.Expires <= clock.GetUtcNow().ToUnixTimeMilliseconds()) return false;
        if (cache.Index.HeadOf(new(0, name, directory.Levels)) is not { } known) return true;
        var second = offered.Stored / 1000;
        return known.Stored < second || (known.Stored == second && (ObjectFile.TimesOf(cache.Root, name, directory.Levels)?.Stored ?? -1) < offered.Stored);
    }

    private static PullResult Problem(Errno errno) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => PullResult.NoSpace,
        Errno.EFBIG => PullResult.Invalid,
        _ => throw new IOException($"a fetched object cannot be written: {errno}"),
    };

    private void Tell(PullResult result, Action<PullResult>? done)
    {
        meters.Pull(result);
        done?.Invoke(result);
    }

    private sealed record Order(Uri Address, SharedObject Object, EntryName Name, Action<PullResult>? Done);
}
