using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Cluster;
using Towncrier.Store.Observing;
using Towncrier.Store.Reading;

namespace Towncrier.Store.Writing;

/// <summary>
/// Writes objects: into a file of its own, which takes its name in one step when it is whole. A reader sees the old object
/// or the new one, and after a crash there is one of the two.
/// </summary>
/// <param name="grown">Told how many bytes each file has that is put in place.</param>
internal sealed class ObjectWriter(StoreDirectory directory, Cache cache, Action<long> grown, Stamps stamps, TimeProvider clock, ILogger logger)
{
    private readonly ConcurrentBag<HeadReader> _readers = [];
    private readonly Seldom<Errno> _failed = new(clock);

    /// <summary>Told of each object that was put here, once it is in place.</summary>
    public Action<SharedObject>? Announce { get; set; }

    /// <summary>Writes one object; says why not where it could not.</summary>
    /// <param name="longest">Of the body, in bytes.</param>
    /// <exception cref="ArgumentException">The key or the head cannot be written.</exception>
    public async ValueTask<PutOutcome> WriteAsync(ObjectKey key, ObjectHead head, long longest, Body body)
    {
        if (key.Problem is { } problem) throw new ArgumentException(problem, nameof(key));
        if (head.Expires <= clock.GetUtcNow()) return PutOutcome.Expired;
        var stored = stamps.Put();
        if (head.Made is { } made && made < stored) stored = made > DateTimeOffset.UnixEpoch ? made : DateTimeOffset.UnixEpoch;
        var response = ResponseText.Write(head, stored, out var lengthAt);
        var draft = Draft(key, head, response, stored, out var name, out lengthAt, lengthAt);
        if (draft is null) return PutOutcome.TooLarge;
        try
        {
            var errno = directory.TryCreate(out var file);
            if (errno != Errno.None) return Failed(errno, "creating a file");
            using (file)
            {
                var isTooLong = false;
                errno = file!.Append(draft);
                if (errno == Errno.None)
                {
                    errno = await body(piece =>
                    {
                        isTooLong = file.Length - draft.Length + piece.Length > longest;
                        return isTooLong ? Errno.EFBIG : file.Append(piece);
                    }).ConfigureAwait(false);
                }

                if (isTooLong) return PutOutcome.TooLarge;
                if (errno != Errno.None) return Failed(errno, "writing a file");
                var placed = Finish(file, draft, lengthAt, name);
                if (placed.IsInvalidated) return PutOutcome.Invalidated;
                if (placed.Errno != Errno.None) return Failed(placed.Errno, "putting a file in place");
                Announce?.Invoke(new SharedObject(key.Key, name.ToString(), stored.ToUnixTimeMilliseconds(), head.Expires.ToUnixTimeMilliseconds(), file.Length));
                return PutOutcome.Stored;
            }
        }
        catch (LinuxException e)
        {
            return Failed(e.Errno, e.Message);
        }
    }

    private static byte[]? Draft(ObjectKey key, ObjectHead head, byte[] response, DateTimeOffset stored, out EntryName name, out int lengthAt, int lengthAtInResponse)
    {
        var text = Encoding.UTF8.GetBytes(key.Key);
        Span<byte> variant = stackalloc byte[16];
        name = key.Name(text, variant);
        var draft = new HeaderDraft
        {
            Key = text,
            Response = response,
            Date = stored.ToUnixTimeSeconds(),
            ValidUntil = head.Expires.ToUnixTimeMilliseconds(),
            Vary = key.IsVariant ? ObjectKey.Varies : default,
            Variant = variant,
        };
        lengthAt = draft.Length - response.Length + lengthAtInResponse;
        if (draft.Length > HeaderDraft.MaxLength) return null;
        var bytes = new byte[draft.Length];
        draft.Write(bytes);
        return bytes;
    }

    /// <summary>Puts a file in place that another node has written and <paramref name="file"/> holds whole, unless one is there that is as new.</summary>
    /// <param name="head">Its beginning, the whole head at least.</param>
    public Placed Adopt(TempFile file, ReadOnlySpan<byte> head, EntryName name)
    {
        ObjectTimes.TryRead(head, out var times, out var parsed);
        return Place(file, parsed, name, times.Stored);
    }

    private Placed Finish(TempFile file, byte[] draft, int lengthAt, EntryName name)
    {
        var digits = draft.AsSpan(lengthAt, StoreFields.Digits);
        StoreFields.WriteLength(digits, file.Length - draft.Length);
        var errno = file.Overwrite(digits, lengthAt);
        if (errno != Errno.None) return new Placed(errno);
        CacheHead.Parse(draft, whole: true, out var parsed, out _);
        return Place(file, parsed, name, onlyOver: null);
    }

    /// <param name="onlyOver">Unix milliseconds: nothing that was stored then or later is replaced.</param>
    private Placed Place(TempFile file, CacheHead head, EntryName name, long? onlyOver)
    {
        if (!_readers.TryTake(out var reader)) reader = new HeadReader(cache.Settings.Tags);
        try
        {
            var result = new Placed(Errno.None);
            var isMeant = cache.Place(reader.FactsOf(head, name, directory.Levels, file.Length), () =>
            {
                if (onlyOver is { } stored && ObjectFile.TimesOf(cache.Root, name, directory.Levels) is { } present && present.Stored >= stored) result = result with { IsOlder = true };
                else result = new Placed(directory.Place(file, name));
                return result.IsInPlace;
            });
            if (result.IsInPlace) grown(file.Length);
            return result with { IsInvalidated = isMeant };
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    private PutOutcome Failed(Errno errno, string doing)
    {
        if (errno is Errno.ENOSPC or Errno.EDQUOT) return PutOutcome.NoSpace;
        if (_failed.IsTold(errno, out var times)) StoreLog.PutFailed(logger, cache.Root.Path, times, doing, errno);
        return PutOutcome.Failed;
    }
}
