using System.Text;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// The <c>levels</c> of a cache directory: up to three, each one or two hex digits, cut from the end of the name
/// (<c>levels=1:2</c> puts <c>...a29c</c> into <c>c/29/</c>). One byte: the code below 27.
/// </summary>
internal readonly record struct Levels(byte Code)
{
    /// <summary>Longest relative path with its NUL: <c>9c/ba/54/</c>, the name, NUL.</summary>
    public const int MaxPath = 9 + EntryName.Length + 1;

    public static Levels None => default;

    public int Depth => Code == 0 ? 0 : Code < 3 ? 1 : Code < 9 ? 2 : 3;

    /// <summary>Digits of one level, counted from the cache root; 0 when there is no such level.</summary>
    public int Width(int level) => level switch { 0 => Code % 3, 1 => Code / 3 % 3, _ => Code / 9 };

    /// <summary>The levels of a directory one deeper; false when nginx can have no such directory.</summary>
    public bool TryDeeper(int width, out Levels deeper)
    {
        var (code, depth) = (Code, Depth); // first: the result may be written over this very value
        deeper = default;
        if (width is not (1 or 2) || depth == 3) return false;
        deeper = new Levels((byte)(code + (width * (depth switch { 0 => 1, 1 => 3, _ => 9 }))));
        return true;
    }

    /// <summary>Whether a name belongs into a directory, given as the digits of its path without slashes.</summary>
    public bool Places(ReadOnlySpan<byte> name, ReadOnlySpan<byte> digits)
    {
        var end = name.Length;
        var at = 0;
        for (var level = 0; level < Depth; level++)
        {
            var width = Width(level);
            if (!name[(end - width)..end].SequenceEqual(digits.Slice(at, width))) return false;
            at += width;
            end -= width;
        }

        return true;
    }

    /// <summary>Writes <c>c/29/b7...29c</c> and a NUL; returns the length without the NUL.</summary>
    public int WritePath(EntryName name, Span<byte> to)
    {
        Span<byte> text = stackalloc byte[EntryName.Length];
        name.Write(text);
        var end = EntryName.Length;
        var at = 0;
        for (var level = 0; level < Depth; level++)
        {
            var width = Width(level);
            text[(end - width)..end].CopyTo(to[at..]);
            at += width;
            end -= width;
            to[at++] = (byte)'/';
        }

        text.CopyTo(to[at..]);
        at += EntryName.Length;
        to[at] = 0;
        return at;
    }

    public string Path(EntryName name)
    {
        Span<byte> path = stackalloc byte[MaxPath];
        return Encoding.ASCII.GetString(path[..WritePath(name, path)]);
    }

    /// <summary>As in nginx's configuration: <c>1:2</c>; empty when there are none.</summary>
    public override string ToString() => Depth switch
    {
        0 => "",
        1 => $"{Width(0)}",
        2 => $"{Width(0)}:{Width(1)}",
        _ => $"{Width(0)}:{Width(1)}:{Width(2)}",
    };
}
