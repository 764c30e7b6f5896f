using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>Why a name is not an entry, or that it is one.</summary>
internal readonly record struct ReadResult(HeadProblem Problem, Errno Errno, bool NotAFile = false)
{
    public static ReadResult Ok => default;

    public bool IsEntry => Problem == HeadProblem.None && Errno == Errno.None && !NotAFile;

    /// <summary>The file is gone, which is an ordinary thing in a cache.</summary>
    public bool IsGone => Errno is Errno.ENOENT or Errno.ESTALE;

    /// <summary>The reason in the words of <c>towncrier scan</c>.</summary>
    public SkipReason Reason => this switch
    {
        { NotAFile: true } or { Errno: Errno.ELOOP or Errno.EISDIR or Errno.ESPIPE or Errno.ENXIO } => SkipReason.NotAFile,
        { IsGone: true } => SkipReason.Vanished,
        { Errno: not Errno.None } => SkipReason.Unreadable,
        { Problem: HeadProblem.Truncated } => SkipReason.Truncated,
        { Problem: HeadProblem.UnknownVersion } => SkipReason.UnknownVersion,
        { Problem: HeadProblem.Corrupt } => SkipReason.Corrupt,
        { Problem: HeadProblem.KeyCrc } => SkipReason.KeyCrc,
        { Problem: HeadProblem.KeyTooLong } => SkipReason.KeyTooLong,
        _ => SkipReason.NotACacheFile,
    };
}
