namespace Towncrier.Benchmarks;

/// <summary>
/// A temporary folder, removed at the end, and two cache directories in it: making 4,096 level directories takes
/// seconds on some file systems, so benchmarks share them.
/// </summary>
internal sealed class Workplace(BenchOptions options) : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("towncrier-bench-").FullName;

    public string Path => _path;

    public string Folder(string name) => Directory.CreateDirectory($"{_path}/{name}").FullName;

    /// <summary>A cache directory with a number of files.</summary>
    public string Cache(int files)
    {
        Console.WriteLine($"\nwriting {files:N0} cache files of {CacheFiles.Size} bytes ...");
        var cache = Folder("cache");
        CacheFiles.MakeLevels(cache);
        CacheFiles.Fill(cache, 0, files);
        return cache;
    }

    /// <summary>A cache directory with all its level directories and no files; whoever fills it empties it again.</summary>
    public string Empty()
    {
        CacheFiles.MakeLevels(Folder("empty"));
        return Folder("empty");
    }

    /// <summary>Removes the files of a cache directory and leaves its directories.</summary>
    public void RemoveFiles(string cache) => Child.Walk(options, "unlink", cache, "2");

    public void Dispose()
    {
        RemoveFiles(_path);
        Directory.Delete(_path, recursive: true);
    }
}
