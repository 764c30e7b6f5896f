using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>Walks tags written by <see cref="TagHeaders.Collect"/>.</summary>
internal ref struct TagList(ReadOnlySpan<byte> encoded)
{
    private ReadOnlySpan<byte> _rest = encoded;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly TagList GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < 2) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        Current = _rest.Slice(2, length);
        _rest = _rest[(2 + length)..];
        return true;
    }
}
