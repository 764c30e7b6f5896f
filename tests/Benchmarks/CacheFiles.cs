using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Nginx;

namespace Towncrier.Benchmarks;

/// <summary>Writes cache files as nginx 1.11.10 and newer stores them: header, key, response head and body, 4 KiB in all.</summary>
internal static class CacheFiles
{
    public const int Size = 4096;

    /// <summary>Makes the level directories that are missing.</summary>
    public static void MakeLevels(string directory)
    {
        for (var i = 0; i < 16; i++)
            for (var k = 0; k < 256; k++) Directory.CreateDirectory($"{directory}/{i:x}/{k:x2}");
    }

    /// <summary>Fills a cache directory whose level directories are there.</summary>
    public static void Fill(string directory, int from, int count)
        => Write(from, count, name => PathIn(directory, name));

    /// <summary>Fills a cache directory without levels, whose deletions one watch sees.</summary>
    public static void Flat(string directory, int from, int count) => Write(from, count, name => $"{directory}/{name}");

    public static string PathIn(string directory, EntryName name) => $"{directory}/{SyntheticEntry.Levels.Path(name)}";

    /// <summary>Writes the files under temporary names, side by side in one directory.</summary>
    public static void Stage(string directory, int from, int count)
    {
        Directory.CreateDirectory(directory);
        Write(from, count, name => StagedIn(directory, name));
    }

    public static string StagedIn(string directory, EntryName name) => $"{directory}/{name}.0000000001";

    private static void Write(int from, int count, Func<EntryName, string> pathOf)
    {
        Parallel.For(0, 8, part =>
        {
            var entry = new SyntheticEntry(1000);
            var bytes = new byte[Size];
            for (var i = from + part; i < from + count; i += 8)
            {
                Compose(entry.Make(i), i, bytes);
                using var file = File.OpenHandle(pathOf(entry.Name), FileMode.Create, FileAccess.Write);
                RandomAccess.Write(file, bytes, 0);
            }
        });
    }

    private static void Compose(SyntheticEntry entry, int number, Span<byte> to)
    {
        to.Clear();
        var layout = HeaderLayout.V5;
        var facts = entry.Facts;
        layout.WriteWord(to, 0, layout.Version);
        layout.WriteWord(to, layout.Valid, facts.Valid);
        layout.WriteWord(to, layout.LastModified, -1);
        layout.WriteWord(to, layout.Date, facts.Stored);
        BinaryPrimitives.WriteUInt32LittleEndian(to[layout.Crc..], Crc32.Of(entry.Key));
        HeaderLayout.KeyMark.CopyTo(to[layout.Size..]);
        entry.Key.CopyTo(to[layout.KeyAt..]);
        var headerStart = layout.KeyAt + entry.Key.Length + 1;
        to[headerStart - 1] = (byte)'\n';
        var body = headerStart + Encoding.ASCII.GetBytes(Head(number), to[headerStart..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to[layout.HeaderStart..], (ushort)headerStart);
        BinaryPrimitives.WriteUInt16LittleEndian(to[layout.BodyStart..], (ushort)body);
        to[body..].Fill((byte)'x');
    }

    private static string Head(int number) => string.Join("\r\n",
        "HTTP/1.1 200 OK",
        "Server: nginx",
        "Date: Tue, 14 Nov 2023 22:13:20 GMT",
        "Content-Type: text/html; charset=utf-8",
        "Content-Length: 3200",
        "Connection: close",
        "Accept-Ranges: bytes",
        "X-Powered-By: Some Content Management System 4.2",
        "Cache-Control: public, max-age=3600, s-maxage=86400, stale-while-revalidate=60",
        $"Surrogate-Key: section-{number % 1000:D5} article-{number / 10:D8}",
        $"ETag: \"{number:x16}\"",
        "X-Content-Type-Options: nosniff",
        "Strict-Transport-Security: max-age=31536000; includeSubDomains",
        $"X-Request-Id: {number:x8}-0000-4000-8000-{number:x12}",
        "", "");
}
