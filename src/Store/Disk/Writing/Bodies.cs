using System.Buffers;
using Towncrier.Linux;

namespace Towncrier.Store.Writing;

/// <summary>Hands a body on piece by piece, for as long as what it is told is <see cref="Errno.None"/>.</summary>
internal delegate ValueTask<Errno> Body(Func<ReadOnlySpan<byte>, Errno> append);

/// <summary>What is put, as the writer takes it.</summary>
internal static class Bodies
{
    private const int Piece = 64 * 1024;

    public static Body Of(ReadOnlySequence<byte> body) => append =>
    {
        var errno = Errno.None;
        foreach (var piece in body)
            if (errno == Errno.None) errno = append(piece.Span);
        return ValueTask.FromResult(errno);
    };

    /// <exception cref="ObjectDisposedException">The store was closed before the body had come.</exception>
    public static Body Of(Stream body, CancellationToken cancel, CancellationToken closing) => async append =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, either.Token).ConfigureAwait(false)) > 0;)
                if (append(buffer.AsSpan(0, read)) is var errno and not Errno.None) return errno;
            return Errno.None;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new ObjectDisposedException(typeof(DiskStore).FullName);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    };
}
