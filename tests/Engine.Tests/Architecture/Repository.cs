namespace Towncrier.Engine.Tests.Architecture;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string At(string path) => Path.Combine(Root, path);

    /// <summary>The files below a folder, without what the compiler made.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
        => Directory.EnumerateFiles(At(folder), pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Root, path).Split('/').Intersect(Built).Any());

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Towncrier.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Towncrier.sln above the tests");
        return folder;
    }
}
