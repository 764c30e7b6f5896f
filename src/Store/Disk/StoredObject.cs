using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Towncrier.Agent.Nginx;
using Towncrier.Store.Reading;
using Towncrier.Store.Writing;

namespace Towncrier.Store;

/// <summary>
/// An object as it was when it was read: its file stays open, and readable to the end, whatever is put or invalidated
/// meanwhile. Dispose of it when it is sent. For one thread at a time.
/// </summary>
public sealed class StoredObject : IDisposable
{
    private readonly ReadBuffer _head;
    private readonly Lingering _lingering;
    private readonly int _linesAt;
    private readonly int _bodyStart;
    private bool _hasPath;
    private (IReadOnlyList<string> Tags, IReadOnlyList<KeyValuePair<string, string>> Fields)? _parsed;

    internal StoredObject(SafeFileHandle file, ReadBuffer head, CacheHead parsed, long fileLength, Lingering lingering)
    {
        _lingering = lingering;
        File = file;
        _head = head;
        _bodyStart = parsed.BodyStart;
        var response = ResponseHead.Parse(parsed.Response, default);
        _linesAt = parsed.BodyStart - response.Lines.Length;
        Status = response.Status;
        Length = fileLength - parsed.BodyStart;
        StoredAt = StoreFields.TryRead(response.Lines, out _, out var stored) ? DateTimeOffset.UnixEpoch.AddTicks(stored) : DateTimeOffset.FromUnixTimeSeconds(parsed.Date);
        Expires = DateTimeOffset.FromUnixTimeMilliseconds(parsed.ValidUntil);
    }

    /// <summary>The open file, for sending: the body is <see cref="Length"/> bytes from <see cref="Offset"/> on.</summary>
    public SafeFileHandle File { get; }

    public long Offset => _bodyStart;

    /// <summary>Of the body, in bytes.</summary>
    public long Length { get; }

    public int Status { get; }

    public DateTimeOffset StoredAt { get; }

    /// <summary>When it was read; <see cref="DiskStore.Touch"/> moves what is on disk.</summary>
    public DateTimeOffset Expires { get; }

    public IReadOnlyList<string> Tags => Parsed.Tags;

    public IReadOnlyList<KeyValuePair<string, string>> Fields => Parsed.Fields;

    /// <summary>
    /// A path by which this process can open the very file again, for methods that send by path: also when it has long been
    /// deleted. Valid until this is disposed of, and for <c>delay_before_delete</c> after it.
    /// </summary>
    public string SendPath
    {
        get
        {
            _hasPath = true;
            return $"/proc/self/fd/{File.DangerousGetHandle()}";
        }
    }

    private (IReadOnlyList<string> Tags, IReadOnlyList<KeyValuePair<string, string>> Fields) Parsed => _parsed ??= ResponseText.Read(_head.Span[_linesAt.._bodyStart]);

    /// <summary>Copies the body.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void CopyTo(IBufferWriter<byte> to)
    {
        var done = Early(to);
        while (done < Length)
        {
            var into = to.GetSpan((int)Math.Min(Length - done, 64 * 1024));
            var read = RandomAccess.Read(File, into[..(int)Math.Min(into.Length, Length - done)], Offset + done);
            if (read == 0) throw new EndOfStreamException("the file became shorter while it was read");
            to.Advance(read);
            done += read;
        }
    }

    /// <summary>The body as an array.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public byte[] ToArray()
    {
        var writer = new ArrayBufferWriter<byte>((int)Math.Max(1, Length));
        CopyTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        if (_hasPath && !File.IsClosed) _lingering.Close(File);
        else File.Dispose();
        _hasPath = false;
        _head.Dispose();
    }

    // What was read together with the head.
    private long Early(IBufferWriter<byte> to)
    {
        var early = _head.Span[_bodyStart..];
        to.Write(early);
        return early.Length;
    }
}
