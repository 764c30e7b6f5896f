using Microsoft.Win32.SafeHandles;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// The lines of a file's first <paramref name="length"/> bytes, one at a time. Holds one line at most: 64 KiB to begin
/// with, <paramref name="maxLine"/> and 64 KiB at the worst. Does not own the file.
/// </summary>
internal sealed class LineReader(SafeFileHandle file, long length, int maxLine)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;      // of the line to come
    private int _end;        // of what is read
    private long _position;  // in the file, of _start

    /// <summary>
    /// The next line without its newline, valid until the next call; empty when it is longer than allowed. False at
    /// the end, also when the last bytes have no newline. <paramref name="next"/> is where the line after it starts.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line, out long next)
    {
        var tooLong = false;
        var searched = _start;
        while (true)
        {
            var newline = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                newline += searched;
                line = tooLong ? default : _buffer.AsMemory(_start, newline - _start);
                _position += newline + 1 - _start;
                _start = newline + 1;
                next = _position;
                return true;
            }

            tooLong |= _end - _start > maxLine;
            if (tooLong) Drop();
            searched = _end;
            if (!Fill(ref searched)) break;
        }

        line = default;
        next = _position;
        return false;
    }

    private void Drop()
    {
        _position += _end - _start;
        _start = _end = 0;
    }

    private bool Fill(ref int searched)
    {
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (searched, _end, _start) = (searched - _start, _end - _start, 0);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * _end, maxLine + 64 * 1024));
        var at = _position + _end - _start;
        var room = (int)Math.Min(_buffer.Length - _end, length - at);
        var read = room <= 0 ? 0 : RandomAccess.Read(file, _buffer.AsSpan(_end, room), at);
        _end += read;
        return read > 0;
    }
}
