using System.Security.Cryptography;
using System.Text;

namespace Towncrier.EndToEnd.Support;

/// <summary>Looks at an nginx cache directory from outside, by names alone.</summary>
internal static class CacheFiles
{
    /// <summary>Every file below <paramref name="cacheDir"/> whose name is exactly 32 lower-case hex digits, in order of path.</summary>
    public static string[] List(string cacheDir) => [.. All(cacheDir).Where(IsEntry)];

    /// <summary>Every other file below <paramref name="cacheDir"/>: temp files and strangers.</summary>
    public static string[] Others(string cacheDir) => [.. All(cacheDir).Where(path => !IsEntry(path))];

    /// <summary>Waits until there are exactly <paramref name="count"/> entries: a client may have its answer before the file has its name.</summary>
    public static async Task<string[]> WaitForAsync(string cacheDir, int count)
    {
        var found = Array.Empty<string>();
        await Eventually.TrueAsync(
            () => (found = List(cacheDir)).Length == count, $"{count} cache files in {cacheDir}");
        return found;
    }

    /// <summary>Where nginx stores the first variant of <paramref name="key"/>.</summary>
    public static string PathOf(string cacheDir, string key, string levels = "1:2") =>
        PathOfName(cacheDir, NameOf(key), levels);

    /// <summary>The file name of the first variant: md5 of the key in lower-case hex.</summary>
    public static string NameOf(string key) => Convert.ToHexStringLower(Md5(Encoding.Latin1.GetBytes(key)));

    /// <summary>Puts <paramref name="name"/> below its level directories: each level takes its digits from the end of what is left.</summary>
    public static string PathOfName(string cacheDir, string name, string levels = "1:2")
    {
        var path = cacheDir;
        var end = name.Length;
        foreach (var digit in levels.Where(char.IsAsciiDigit))
        {
            var width = digit - '0';
            path = Path.Combine(path, name.Substring(end - width, width));
            end -= width;
        }
        return Path.Combine(path, name);
    }

    public static byte[] Md5(ReadOnlySpan<byte> bytes)
    {
#pragma warning disable CA5351 // nginx names its files by MD5; nothing here is a secret.
        return MD5.HashData(bytes);
#pragma warning restore CA5351
    }

    private static bool IsEntry(string path)
    {
        var name = Path.GetFileName(path);
        return name.Length == 32 && name.All(char.IsAsciiHexDigitLower);
    }

    private static string[] All(string cacheDir)
    {
        if (!Directory.Exists(cacheDir))
            return [];
        var found = Directory.GetFiles(cacheDir, "*", SearchOption.AllDirectories);
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }
}
