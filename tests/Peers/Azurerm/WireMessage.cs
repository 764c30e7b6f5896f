using System.Text;

namespace Towncrier.Peers.Azurerm;

/// <summary>A message being written in protocol buffers' wire form. What is zero, false or empty is left out, as proto3 does.</summary>
internal sealed class WireMessage
{
    private readonly List<byte> _bytes = [];

    /// <param name="value">Not negative.</param>
    public WireMessage Number(int field, long value)
    {
        if (value == 0) return this;
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public WireMessage Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public WireMessage Text(int field, string value) => value.Length == 0 ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message in a message; written also when it is empty.</summary>
    public WireMessage Message(int field, WireMessage value) => Bytes(field, value.ToArray());

    public WireMessage Bytes(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}
