using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Store.Reading;

/// <summary>Moves the time until which an object is served, in its file.</summary>
internal static class Lifetime
{
    /// <summary>False when it was purged meanwhile, which stays so; or could not be written.</summary>
    /// <param name="head">As it was read from the file.</param>
    public static bool TryMove(OpenFile file, CacheHead head, DateTimeOffset expires)
    {
        var layout = head.Layout;
        var milliseconds = expires.ToUnixTimeMilliseconds();
        Span<byte> word = stackalloc byte[8];
        layout.WriteWord(word, 0, milliseconds / 1000);
        Span<byte> fraction = stackalloc byte[2];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(fraction, (ushort)(milliseconds % 1000));
        if (file.Write(word, layout.Valid) != Errno.None || file.Write(fraction, layout.ValidMilliseconds) != Errno.None) return false;

        // Each purge changes the last-modified time with the valid one: if it came between the read and the write, it shows there.
        Span<byte> now = stackalloc byte[layout.LastModified + layout.Word];
        if (file.Read(now, 0, out var read) == Errno.None && read == now.Length && layout.ReadWord(now, layout.LastModified) == head.LastModified) return true;
        layout.WriteWord(word, 0, 1);
        file.Write(word, layout.Valid);
        return false;
    }
}
