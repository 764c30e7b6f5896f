namespace Towncrier.Benchmarks;

/// <summary>
/// A temporary folder, removed at the end, and one cache directory in it: making 4,096 level directories takes
/// seconds on some file systems, so the benchmarks share it and leave it empty.
/// </summary>
internal sealed class Workplace(BenchOptions options) : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("towncrier-bench-").FullName;

    public string Path => _path;

    public string Folder(string name) => Directory.CreateDirectory($"{_path}/{name}").FullName;

    /// <summary>A cache directory with all its level directories and no files; whoever fills it empties it again.</summary>
    public string Cache()
    {
        CacheFiles.MakeLevels(Folder("cache"));
        return Folder("cache");
    }

    /// <summary>Removes the files of a cache directory and leaves its directories.</summary>
    public void RemoveFiles(string cache) => Child.Walk(options, "unlink", cache, "2");

    public void Dispose()
    {
        RemoveFiles(_path);
        Directory.Delete(_path, recursive: true);
    }
}
