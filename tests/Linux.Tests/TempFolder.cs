using System.Text;

namespace Towncrier.Linux.Tests;

/// <summary>A directory of this test alone, open, and deleted with everything in it.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder()
    {
        Path = Directory.CreateTempSubdirectory("towncrier-linux-").FullName;
        DirectoryHandle.TryOpen(Path, out var handle).ShouldBe(Errno.None);
        Handle = handle!;
    }

    public string Path { get; }

    public DirectoryHandle Handle { get; }

    public static byte[] Z(string name) => Encoding.UTF8.GetBytes(name + "\0");

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    public void Dispose()
    {
        Handle.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
