using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Disk;

/// <summary>A directory at or below a cache root that nginx may have made: its levels and the digits of its path.</summary>
internal sealed record LevelDirectory(string RelativePath, Levels Levels, byte[] Digits)
{
    public static LevelDirectory Root { get; } = new("", default, []);

    /// <summary>The directory of this name below; false when nginx makes none of that name.</summary>
    public bool TryBelow(ReadOnlySpan<byte> name, out LevelDirectory below)
    {
        below = Root;
        if (!Levels.TryDeeper(name.Length, out var deeper)) return false;
        foreach (var c in name)
            if (c is not (>= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f')) return false;
        var text = Encoding.ASCII.GetString(name);
        below = new LevelDirectory(RelativePath.Length == 0 ? text : $"{RelativePath}/{text}", deeper, [.. Digits, .. name]);
        return true;
    }

    public string FullPath(CacheRoot root) => RelativePath.Length == 0 ? root.Path : $"{root.Path}/{RelativePath}";
}
