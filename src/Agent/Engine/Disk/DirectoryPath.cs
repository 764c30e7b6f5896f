using System.Text;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>Opens level directories one name at a time.</summary>
internal static class DirectoryPath
{
    /// <summary>Opens a directory at or below <paramref name="top"/>; the caller disposes it.</summary>
    public static Errno TryOpen(DirectoryHandle top, LevelDirectory directory, out DirectoryHandle? opened)
    {
        opened = null;
        var parent = top;
        var path = directory.RelativePath.Length == 0 ? "." : directory.RelativePath;
        foreach (var part in path.Split('/'))
        {
            var errno = parent.TryOpenDirectory(Encoding.ASCII.GetBytes(part + "\0"), out opened);
            if (!ReferenceEquals(parent, top)) parent.Dispose();
            if (errno != Errno.None) return errno;
            parent = opened!;
        }

        return Errno.None;
    }
}
