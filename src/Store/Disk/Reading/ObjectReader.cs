using System.Text;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Observing;

namespace Towncrier.Store.Reading;

/// <summary>
/// Opens objects. What is handed out was whole, fresh and of that very key when it was opened; the file decides, and the
/// index only spares a look at what is not there. Safe for any thread.
/// </summary>
internal sealed class ObjectReader(Cache cache, Levels levels, Lingering lingering, TimeProvider clock, ILogger logger)
{
    private readonly Seldom<Errno> _failed = new(clock);

    /// <summary>Null when there is nothing to serve.</summary>
    public StoredObject? TryOpen(ObjectKey key)
    {
        if (!key.IsReadable) return null;
        var text = Encoding.UTF8.GetBytes(key.Key ?? "");
        Span<byte> variant = stackalloc byte[16];
        var name = key.Name(text, variant);
        if (!TryOpenFile(name, writable: false, out var file)) return null;
        var buffer = new ReadBuffer();
        StoredObject? found = null;
        try
        {
            if (!buffer.TryFill(file, out var length) || !TryServe(buffer.Span, length, text, variant, out var head)) return null;
            cache.Index.Order!.Touch(name, levels);
            return found = new StoredObject(file.ToHandle(), buffer, head, length, lingering);
        }
        finally
        {
            if (found is null)
            {
                buffer.Dispose();
                file.Dispose();
            }
        }
    }

    /// <summary>Serves it until another time; false when there is nothing to serve.</summary>
    public bool Touch(ObjectKey key, DateTimeOffset expires)
    {
        if (!key.IsReadable) return false;
        var text = Encoding.UTF8.GetBytes(key.Key ?? "");
        Span<byte> variant = stackalloc byte[16];
        var name = key.Name(text, variant);
        if (!TryOpenFile(name, writable: true, out var file)) return false;
        using (file)
        {
            using var buffer = new ReadBuffer();
            if (!buffer.TryFill(file, out var length) || !TryServe(buffer.Span, length, text, variant, out var head) || !Lifetime.TryMove(file, head, expires)) return false;
        }

        cache.Index.SetValid(name, levels, expires.ToUnixTimeSeconds());
        cache.Index.Order!.Touch(name, levels);
        return true;
    }

    private void Told(Errno errno, string path)
    {
        if (_failed.IsTold(errno, out var times)) StoreLog.ReadFailed(logger, times, path, errno);
    }

    private bool TryOpenFile(EntryName name, bool writable, out OpenFile file)
    {
        file = default;
        var ticket = cache.Index.BeginRemoval(name, levels);
        if (ticket == RemovalTicket.Unknown && cache.Watcher.Coverage.IsCovered) return false;
        var errno = ObjectFile.TryOpen(cache.Root, name, levels, writable, out file);
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ESTALE) cache.Index.EndRemoval(name, levels, ticket);
        else if (errno != Errno.None) Told(errno, cache.Root.PathOf(name, levels));
        return errno == Errno.None;
    }

    private bool TryServe(ReadOnlySpan<byte> bytes, long length, ReadOnlySpan<byte> key, ReadOnlySpan<byte> variant, out CacheHead head)
        => ObjectTimes.TryRead(bytes, out var times, out head)
            && (key.IsEmpty || head.Key.SequenceEqual(key)) // found by its identity alone
            && head.Variant.SequenceEqual(variant)
            && times.Expires > clock.GetUtcNow().ToUnixTimeMilliseconds()
            && times.Length == length;
}
