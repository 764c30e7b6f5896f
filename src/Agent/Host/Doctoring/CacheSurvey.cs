using System.IO.Enumeration;

namespace Towncrier.Host.Doctoring;

/// <summary>A bounded look at one cache directory.</summary>
internal sealed record CacheSurvey
{
    // About a second of walking; beyond it the counts are a lower bound, which is all the checks need.
    private const int MaxEntries = 1_000_000;

    // Enough to meet a kind of file that makes up one percent.
    private const int MaxHeads = 512;

    public static readonly CacheSurvey None = new();

    /// <summary>Directories seen, the root included.</summary>
    public long Directories { get; init; }

    /// <summary>Files whose name is 32 hex digits.</summary>
    public long Files { get; init; }

    /// <summary>True when the walk stopped at its bound.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Some files that are no cache files, relative to the root.</summary>
    public Sample Foreign { get; init; }

    /// <summary>Some cache files that do not lie where the levels want them.</summary>
    public Sample Misplaced { get; init; }

    public Sample OtherVersion { get; init; }

    public Sample Http2 { get; init; }

    /// <summary>Looks without following links; what may not be read is left out. Files may come and go meanwhile.</summary>
    /// <param name="root">The cache directory.</param>
    /// <param name="levels">The zone's levels; null when they are not known, then no file is misplaced.</param>
    public static CacheSurvey Of(string root, IReadOnlyList<int>? levels)
    {
        try
        {
            return Count(root, Walk(root), levels);
        }
        catch (IOException)
        {
            // The root itself went away: the directory checks tell it.
            return None;
        }
    }

    // Opens the root at once, so it throws here when the root is gone.
    private static FileSystemEnumerable<(string Path, bool IsDirectory)> Walk(string root)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0, MaxRecursionDepth = 6 };
        return new FileSystemEnumerable<(string Path, bool IsDirectory)>(root, (ref FileSystemEntry e) => (e.ToFullPath(), e.IsDirectory), options)
        {
            ShouldRecursePredicate = (ref FileSystemEntry e) => (e.Attributes & FileAttributes.ReparsePoint) == 0 && !IsTemp(e),
        };
    }

    private static CacheSurvey Count(string root, IEnumerable<(string Path, bool IsDirectory)> entries, IReadOnlyList<int>? levels)
    {
        var survey = new CacheSurvey { Directories = 1 };
        var (seen, heads) = (0, 0);
        foreach (var (path, isDirectory) in entries)
        {
            if (++seen > MaxEntries) return survey with { IsPartial = true };
            var relative = path[(root.TrimEnd('/').Length + 1)..];
            if (isDirectory)
            {
                survey = survey with { Directories = survey.Directories + 1 };
                continue;
            }

            var name = Path.GetFileName(relative);
            if (!IsHash(name))
            {
                if (!IsBeingWritten(name)) survey = survey with { Foreign = survey.Foreign.Add(relative) };
                continue;
            }

            survey = survey with { Files = survey.Files + 1 };
            if (levels is not null && relative != PlaceOf(name, levels)) survey = survey with { Misplaced = survey.Misplaced.Add(relative) };
            if (heads++ >= MaxHeads) continue;
            survey = Read(path) switch
            {
                HeadKind.OtherVersion => survey with { OtherVersion = survey.OtherVersion.Add(relative) },
                HeadKind.Http2 => survey with { Http2 = survey.Http2.Add(relative) },
                _ => survey,
            };
        }

        return survey;
    }

    /// <summary>Where nginx puts that file: levels 1:2 take the last digit, then the two before it.</summary>
    public static string PlaceOf(string hash, IReadOnlyList<int> levels)
    {
        var (place, end) = ("", hash.Length);
        foreach (var level in levels)
        {
            place += hash[(end - level)..end] + "/";
            end -= level;
        }

        return place + hash;
    }

    // nginx's own temp directory at the root; its loader does not look into it either.
    private static bool IsTemp(FileSystemEntry entry) => entry.FileName.SequenceEqual("temp") && entry.Directory.SequenceEqual(entry.RootDirectory);

    private static bool IsHash(string name) => name.Length == 32 && name.All(char.IsAsciiHexDigitLower);

    // <32 hex>.<10 digits>, and the plain <10 digits> of a response that is not yet known to be cached.
    private static bool IsBeingWritten(string name) =>
        (name.Length == 43 && name[32] == '.' && IsHash(name[..32]) && name[33..].All(char.IsAsciiDigit)) || (name.Length == 10 && name.All(char.IsAsciiDigit));

    private static HeadKind Read(string path)
    {
        try
        {
            // Opening a pipe would wait for its writer, and a link may lead anywhere; a pipe has no length.
            var info = new FileInfo(path);
            if ((info.Attributes & FileAttributes.ReparsePoint) != 0 || info.Length == 0) return HeadKind.Unknown;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            Span<byte> head = stackalloc byte[CacheFileHead.Needed];
            return CacheFileHead.Judge(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone again, or not ours: the directory checks tell the latter.
            return HeadKind.Unknown;
        }
    }
}

/// <summary>How many, and the first three of them.</summary>
internal readonly record struct Sample(long Count, string Examples)
{
    public Sample Add(string example) => new(Count + 1, Count == 0 ? example : Count < 3 ? $"{Examples}, {example}" : Examples);
}
