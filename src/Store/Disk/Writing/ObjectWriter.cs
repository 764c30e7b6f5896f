using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Writing;

/// <summary>
/// Writes objects: into a file of its own, which takes its name in one step when it is whole. A reader sees the old object
/// or the new one, and after a crash there is one of the two.
/// </summary>
internal sealed class ObjectWriter(StoreDirectory directory, Cache cache, TimeProvider clock, ILogger logger)
{
    private const int Stripes = 64;

    // Held from the rename until the index has it: of two puts of one name the file and the row shall be the same one's.
    private readonly Lock[] _naming = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly ConcurrentBag<HeadReader> _readers = [];

    /// <summary>Writes one object; says why not where it could not.</summary>
    /// <param name="longest">Of the body, in bytes.</param>
    /// <param name="append">Hands the body on, piece by piece, for as long as what it is told is <see cref="Errno.None"/>.</param>
    /// <exception cref="ArgumentException">The key or the head cannot be written.</exception>
    public async ValueTask<PutOutcome> WriteAsync(ObjectKey key, ObjectHead head, long longest, Func<Func<ReadOnlySpan<byte>, Errno>, ValueTask<Errno>> append)
    {
        if (key.Problem is { } problem) throw new ArgumentException(problem, nameof(key));
        var now = clock.GetUtcNow();
        if (head.Expires <= now) return PutOutcome.Expired;
        var response = ResponseText.Write(head, now, out var lengthAt);
        var draft = Draft(key, head, response, now, out var name, out lengthAt, lengthAt);
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
                    errno = await append(piece =>
                    {
                        isTooLong = file.Length - draft.Length + piece.Length > longest;
                        return isTooLong ? Errno.EFBIG : file.Append(piece);
                    }).ConfigureAwait(false);
                }

                if (isTooLong) return PutOutcome.TooLarge;
                if (errno == Errno.None) errno = Finish(file, draft, lengthAt, name);
                return errno == Errno.None ? PutOutcome.Stored : Failed(errno, "writing a file");
            }
        }
        catch (LinuxException e)
        {
            return Failed(e.Errno, e.Message);
        }
    }

    private static byte[]? Draft(ObjectKey key, ObjectHead head, byte[] response, DateTimeOffset now, out EntryName name, out int lengthAt, int lengthAtInResponse)
    {
        var text = Encoding.UTF8.GetBytes(key.Key);
        Span<byte> variant = stackalloc byte[16];
        name = key.Name(text, variant);
        var draft = new HeaderDraft
        {
            Key = text,
            Response = response,
            Date = now.ToUnixTimeSeconds(),
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

    private Errno Finish(TempFile file, byte[] draft, int lengthAt, EntryName name)
    {
        var digits = draft.AsSpan(lengthAt, StoreFields.Digits);
        StoreFields.WriteLength(digits, file.Length - draft.Length);
        var errno = file.Overwrite(digits, lengthAt);
        if (errno != Errno.None) return errno;
        if (!_readers.TryTake(out var reader)) reader = new HeadReader(cache.Settings.Tags);
        try
        {
            CacheHead.Parse(draft, whole: true, out var parsed, out _);
            var facts = reader.FactsOf(parsed, name, directory.Levels, file.Length);
            lock (_naming[(int)((ulong)name.Value % Stripes)])
            {
                errno = directory.Place(file, name);
                if (errno == Errno.None) cache.Placed(facts);
            }

            return errno;
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    private PutOutcome Failed(Errno errno, string doing)
    {
        if (errno is Errno.ENOSPC or Errno.EDQUOT) return PutOutcome.NoSpace;
        StoreLog.PutFailed(logger, cache.Root.Path, doing, errno);
        return PutOutcome.Failed;
    }
}
