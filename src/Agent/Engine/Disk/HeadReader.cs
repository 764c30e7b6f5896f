using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>
/// Reads heads of cache files: one open, one pread of a page, more only when the head is longer. Owns its buffers; for
/// one thread at a time. What it returns is valid until the next read.
/// </summary>
internal sealed class HeadReader(TagHeaders tags)
{
    private const int FirstRead = 4096; // nearly always the whole head: proxy_buffer_size is one page by default
    private const int LongestHead = ushort.MaxValue; // body_start is 16 bits

    private readonly byte[] _bytes = new byte[LongestHead + 1];
    private readonly byte[] _scratch = new byte[LongestHead + 1];
    private readonly byte[] _tags = new byte[3 * (LongestHead + 1)];

    /// <summary>Opens, reads and parses one file of a level directory.</summary>
    /// <param name="knownRegular">The directory said it is a regular file, which saves asking.</param>
    public ReadResult Read(
        DirectoryHandle directory, scoped ReadOnlySpan<byte> nameZ, EntryName name, Levels levels, bool knownRegular, out EntryFacts facts)
    {
        facts = default;
        var errno = directory.TryOpenFile(nameZ, writable: false, out var file);
        if (errno != Errno.None) return new ReadResult(HeadProblem.None, errno);
        using (file)
        {
            var result = ReadHead(file, knownRegular, out var head, out var length);
            if (!result.IsEntry) return result;
            facts = FactsOf(head, name, levels, length);
            return result;
        }
    }

    /// <summary>Reads the head of an open file; for whoever is about to write to it, too.</summary>
    public ReadResult ReadHead(OpenFile file, bool knownRegular, out CacheHead head, out long length)
    {
        head = default;
        length = 0;
        var errno = file.Read(_bytes.AsSpan(0, FirstRead), 0, out var read);
        if (errno != Errno.None) return new ReadResult(HeadProblem.None, errno);
        length = read;
        if (knownRegular && read == FirstRead)
        {
            errno = file.Length(out length);
            if (errno != Errno.None) return new ReadResult(HeadProblem.None, errno);
        }
        else if (!knownRegular)
        {
            errno = file.Status(out var status);
            if (errno != Errno.None) return new ReadResult(HeadProblem.None, errno);
            if (!status.IsRegular) return new ReadResult(HeadProblem.None, Errno.None, NotAFile: true);
            length = status.Length;
        }

        var problem = CacheHead.Parse(_bytes.AsSpan(0, read), read < FirstRead, out head, out var needed);
        if (problem != HeadProblem.NeedsMore) return new ReadResult(problem, Errno.None);
        errno = file.Read(_bytes.AsSpan(0, needed), 0, out read);
        if (errno != Errno.None) return new ReadResult(HeadProblem.None, errno);
        return new ReadResult(CacheHead.Parse(_bytes.AsSpan(0, read), true, out head, out _), Errno.None);
    }

    /// <summary>The response head of what was read last.</summary>
    public ResponseHead ResponseOf(CacheHead head) => ResponseHead.Parse(head.Response, _scratch);

    public EntryFacts FactsOf(CacheHead head, EntryName name, Levels levels, long length)
    {
        var response = ResponseOf(head);
        var used = tags.Collect(response, _tags);
        return new EntryFacts
        {
            Name = name,
            Levels = levels,
            Stored = head.Date,
            StoredTick = StoreFields.TryRead(response.Lines, out _, out var stored) && stored / TimeSpan.TicksPerSecond == head.Date ? (int)(stored % TimeSpan.TicksPerSecond) : -1,
            Made = OriginTime.MadeAt(head, response),
            Valid = head.Valid,
            StaleUntil = head.StaleUntil,
            Length = length,
            Status = response.Status,
            TagsUnreadable = !response.Readable,
            Varies = !head.Vary.IsEmpty,
            Key = head.Key,
            Tags = _tags.AsSpan(0, used),
            HasLines = true,
            Lines = response.Lines,
        };
    }
}
