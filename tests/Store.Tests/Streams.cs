namespace Towncrier.Store.Tests;

/// <summary>A body that gives one piece, and its end only when it is released.</summary>
internal sealed class HeldStream : MemoryStream
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _given;

    public Task IsRead => _read.Task;

    public void Release() => _released.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_given)
        {
            _given = true;
            buffer.Span[..10].Fill((byte)'h');
            return 10;
        }

        _read.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken);
        return 0;
    }
}

/// <summary>A body that breaks after its first piece.</summary>
internal sealed class BrokenStream : MemoryStream
{
    private bool _given;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given) throw new IOException("the origin went away");
        _given = true;
        buffer.Span[..10].Fill((byte)'b');
        return ValueTask.FromResult(10);
    }
}

/// <summary>A body that does not tell its length.</summary>
internal sealed class UnknownLength(Stream inner) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
