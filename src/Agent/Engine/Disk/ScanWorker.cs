using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>One thread's part of a scan: lists a directory and reads the heads of its entries into a batch.</summary>
internal sealed class ScanWorker(
    TagHeaders tags, ScanTally tally, Action<FactsBatch> hand, Action<LevelDirectory> push)
{
    private readonly byte[] _names = new byte[64 * 1024];
    private readonly HeadReader _reader = new(tags);
    private readonly FactsBatch _batch = new();

    /// <summary>Lists one directory. A directory that vanished is nothing; one that cannot be read is counted.</summary>
    public void List(DirectoryHandle top, LevelDirectory directory, CancellationToken stop)
    {
        var errno = DirectoryPath.TryOpen(top, directory, out var opened);
        ThrowIfExhausted(directory, errno);
        if (errno != Errno.None)
        {
            if (errno is not Errno.ENOENT) tally.Skip(errno is Errno.ENOTDIR or Errno.ELOOP ? SkipReason.NotAFile : SkipReason.Unreadable);
            return;
        }

        using var handle = opened!;
        tally.Directories++;
        var listing = new DirectoryListing(handle, _names);
        while (listing.MoveNext() && !stop.IsCancellationRequested) Look(handle, directory, listing.NameZ, listing.Type);
        if (listing.Error != Errno.None) tally.Skip(SkipReason.Unreadable);
    }

    public void Flush()
    {
        if (_batch.Count > 0) hand(_batch);
    }

    private void Look(DirectoryHandle handle, LevelDirectory directory, ReadOnlySpan<byte> nameZ, EntryType type)
    {
        var text = nameZ[..^1];
        if (!EntryName.TryParse(text, out var name))
        {
            LookAtOther(directory, text, type);
            return;
        }

        tally.Files++;
        if (type is not (EntryType.Regular or EntryType.Unknown)) tally.Skip(SkipReason.NotAFile);
        else if (!directory.Levels.Places(text, directory.Digits)) tally.Skip(SkipReason.Misplaced);
        else Read(handle, directory, nameZ, name, type);
    }

    private void LookAtOther(LevelDirectory directory, ReadOnlySpan<byte> text, EntryType type)
    {
        if (type is EntryType.Directory or EntryType.Unknown && directory.TryBelow(text, out var below))
        {
            push(below);
            return;
        }

        tally.Files++;
        if (NameKind.IsTemporary(text)) tally.Temporary++;
        else tally.Skip(SkipReason.Foreign);
    }

    private void Read(DirectoryHandle handle, LevelDirectory directory, ReadOnlySpan<byte> nameZ, EntryName name, EntryType type)
    {
        var result = _reader.Read(handle, nameZ, name, directory.Levels, type == EntryType.Regular, out var facts);
        ThrowIfExhausted(directory, result.Errno);
        if (!result.IsEntry)
        {
            tally.Skip(result.Reason);
            return;
        }

        tally.Entries++;
        tally.Bytes += facts.Length;
        if (facts.Varies) tally.Variants++;
        if (_batch.TryAdd(facts)) return;
        hand(_batch);
        _ = _batch.TryAdd(facts); // an empty batch takes any entry
    }

    // A scan that left files out for want of descriptors would claim to cover them.
    private static void ThrowIfExhausted(LevelDirectory directory, Errno errno)
    {
        if (new ReadResult(HeadProblem.None, errno).IsExhausted) throw new LinuxException("openat", directory.RelativePath, errno);
    }
}
