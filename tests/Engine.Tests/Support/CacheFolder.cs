using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A cache directory of this test alone, written to as nginx does: to a temporary name, then renamed.</summary>
internal sealed class CacheFolder : IDisposable
{
    private readonly string _top;
    private int _temporary;

    /// <param name="below">A directory to make it in, such as a file system of its own.</param>
    public CacheFolder(string levels = "1:2", string? below = null)
    {
        _top = below is null ? Directory.CreateTempSubdirectory("towncrier-engine-").FullName : Directory.CreateDirectory(System.IO.Path.Combine(below, "top")).FullName;
        var parsed = Levels.None;
        foreach (var width in levels.Split(':', StringSplitOptions.RemoveEmptyEntries)) parsed.TryDeeper(width[0] - '0', out parsed).ShouldBeTrue();
        Levels = parsed;
        Path = System.IO.Path.Combine(_top, "cache");
        Directory.CreateDirectory(Path);
        Root = new CacheRoot(Path);
    }

    /// <summary>Beside the cache, on the same file system.</summary>
    public string Outside => _top;

    public string Path { get; }

    public Levels Levels { get; }

    public CacheRoot Root { get; }

    public string PathOf(CacheFile file) => $"{Path}/{Levels.Path(file.Name)}";

    public string PathOf(EntryName name) => $"{Path}/{Levels.Path(name)}";

    /// <summary>Stores a file as nginx does, level directories included.</summary>
    public string Store(CacheFile file) => Store(file, file.Name);

    /// <summary>Stores a file under another name: a variant of its key.</summary>
    public string Store(CacheFile file, EntryName name) => Store(file.ToBytes(), name);

    public string Store(byte[] bytes, EntryName name)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Interlocked.Increment(ref _temporary):d10}";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
        return path;
    }

    public static CacheFile FileFor(int number, params string[] tags) => CacheFile.Tagged($"httpexample.org/{number}", tags);

    public static EntryName Named(string text)
    {
        EntryName.TryParse(Encoding.ASCII.GetBytes(text), out var name).ShouldBeTrue();
        return name;
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);
}
