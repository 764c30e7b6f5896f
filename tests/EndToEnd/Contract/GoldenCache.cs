using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>The golden files, which a real nginx wrote, put where nginx would have them below a cache directory.</summary>
internal static class GoldenCache
{
    /// <summary>Files in it; two of them vary, both of one key.</summary>
    public const int Files = 17;

    /// <summary>Writes them all, and returns the directory.</summary>
    public static string Fill(string cacheDir)
    {
        foreach (var (name, bytes) in Read())
        {
            var path = CacheFiles.PathOfName(cacheDir, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        return cacheDir;
    }

    /// <summary>Each file's name in the cache, and its bytes.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read()
    {
        var folder = RepositoryFolder.Of("tests", "Engine.Tests", "Golden");
        return [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!.AsArray()
            .Select(entry => ((string)entry!["name"]!, File.ReadAllBytes(Path.Combine(folder, (string)entry["file"]!))))];
    }
}
