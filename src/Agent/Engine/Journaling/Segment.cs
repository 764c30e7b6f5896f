using System.Globalization;

namespace Towncrier.Agent.Journaling;

/// <summary>A file of the journal: <c>journal-000001.log</c> and on. Numbers rise; gaps are harmless.</summary>
internal sealed class Segment(long number, long bytes)
{
    public long Number => number;

    public long Bytes { get; set; } = bytes;

    /// <summary>Applied records in it, as far as they were read or written by this process.</summary>
    public int Applied { get; set; }

    /// <summary>When the newest of them was applied.</summary>
    public DateTimeOffset NewestApplied { get; set; } = DateTimeOffset.MinValue;

    /// <summary>When the last of their fences ends.</summary>
    public DateTimeOffset ArmedUntil { get; set; } = DateTimeOffset.MinValue;

    public static string PathOf(string directory, long number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"journal-{number:D6}.log"));

    /// <summary>The segments of a directory, oldest first. Other files are left alone.</summary>
    public static List<Segment> List(string directory)
    {
        var found = new List<Segment>();
        foreach (var path in Directory.EnumerateFiles(directory, "journal-*.log"))
        {
            var digits = Path.GetFileNameWithoutExtension(path)["journal-".Length..];
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            if (PathOf(directory, number) == path) found.Add(new Segment(number, new FileInfo(path).Length));
        }

        found.Sort((a, b) => a.Number.CompareTo(b.Number));
        return found;
    }

    /// <summary>Opens for reading and writing. Others may read it meanwhile.</summary>
    /// <exception cref="IOException">It is there when it must be new, or the other way round; or the disk failed.</exception>
    public static FileStream Open(string path, FileMode mode) => PrivateFiles.Open(path, mode, FileShare.ReadWrite | FileShare.Delete);
}
