using System.Buffers;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Store.Reading;

/// <summary>The beginning of a file, in a pooled array: the whole head, and of a small object its body too.</summary>
internal sealed class ReadBuffer : IDisposable
{
    /// <summary>With the head, most bodies of an output cache: then one read is all.</summary>
    private const int FirstRead = 16 * 1024;

    private byte[]? _array = ArrayPool<byte>.Shared.Rent(FirstRead);
    private int _used;

    public ReadOnlySpan<byte> Span => _array.AsSpan(0, _used);

    /// <summary>Reads at least the head; false when the file is none that has one.</summary>
    public bool TryFill(OpenFile file, out long length)
    {
        length = 0;
        if (file.Status(out var status) != Errno.None || !status.IsRegular) return false;
        length = status.Length;
        if (!TryRead(file)) return false;
        if (CacheHead.Parse(Span, length <= _used, out _, out var needed) != HeadProblem.NeedsMore) return true;
        ArrayPool<byte>.Shared.Return(_array!);
        _array = ArrayPool<byte>.Shared.Rent(needed);
        return TryRead(file);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array) ArrayPool<byte>.Shared.Return(array);
    }

    private bool TryRead(OpenFile file) => file.Read(_array, 0, out _used) == Errno.None;
}
