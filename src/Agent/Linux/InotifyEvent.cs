using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>The bits of inotify(7) that are asked for and that come back.</summary>
[Flags]
public enum InotifyMask : uint
{
    None = 0,
    Access = 0x1,
    CloseWrite = 0x8,
    Open = 0x20,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    DeleteSelf = 0x400,
    MoveSelf = 0x800,
    Unmount = 0x2000,
    Overflow = 0x4000,
    Ignored = 0x8000,
    OnlyDirectory = 0x1000000,
    DontFollow = 0x2000000,
    IsDirectory = 0x40000000,
}

/// <summary>One event; its name (without NULs) lies in the buffer it was read into.</summary>
public readonly ref struct InotifyEvent(int watch, InotifyMask mask, ReadOnlySpan<byte> name)
{
    public int Watch { get; } = watch;

    public InotifyMask Mask { get; } = mask;

    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Takes the first event off the buffer; false when none is left.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> buffer, out InotifyEvent taken)
    {
        taken = default;
        if (buffer.Length < 16) return false;
        var nameLength = MemoryMarshal.Read<int>(buffer[12..]);
        var name = buffer.Slice(16, nameLength);
        var end = name.IndexOf((byte)0);
        taken = new InotifyEvent(
            MemoryMarshal.Read<int>(buffer),
            (InotifyMask)MemoryMarshal.Read<uint>(buffer[4..]),
            end < 0 ? name : name[..end]);
        buffer = buffer[(16 + nameLength)..];
        return true;
    }
}
