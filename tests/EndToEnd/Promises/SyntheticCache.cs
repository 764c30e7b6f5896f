using System.Buffers.Binary;
using System.Text;
using Towncrier.EndToEnd.Assumptions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>
/// Makes many cache files out of one that nginx wrote: its bytes, with another key of the same length, that key's crc32,
/// and the name that follows from it.
/// </summary>
internal static class SyntheticCache
{
    private const int CrcAt = 48;
    private const int KeyAt = 342;

    /// <summary>Writes one file for each of <paramref name="targets"/>, all as long as the original's.</summary>
    public static void Fill(string cacheDir, string original, string scheme, IEnumerable<string> targets)
    {
        var bytes = File.ReadAllBytes(original);
        var made = new HashSet<string>();
        foreach (var target in targets)
        {
            var key = scheme + target;
            Encoding.Latin1.GetBytes(key).CopyTo(bytes.AsSpan(KeyAt));
            bytes[KeyAt + key.Length].ShouldBe((byte)'\n');
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcAt), RawHead.Crc32Of(key));
            var path = CacheFiles.PathOf(cacheDir, key);
            if (made.Add(path[..^33])) Directory.CreateDirectory(path[..^33]);
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            RandomAccess.Write(file, bytes, 0);
        }
    }
}
