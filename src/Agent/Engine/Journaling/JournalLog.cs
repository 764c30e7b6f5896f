using Microsoft.Extensions.Logging;

namespace Towncrier.Agent.Journaling;

/// <summary>The journal's lines in the agent's log.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal {Path}: cut {Bytes} bytes of a torn write off its end; they were never acknowledged")]
    public static partial void TailCut(ILogger logger, string path, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Journal {Path}: skipped {Lines} lines that are damaged or of a newer version; the others are intact")]
    public static partial void LinesSkipped(ILogger logger, string path, long lines);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}. Nothing is settled until it can be written; every append tries again")]
    public static partial void WriteFails(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The journal in {Directory} can be written again, after {Batches} failed batches")]
    public static partial void WritesAgain(ILogger logger, string directory, long batches);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal {Path}: half a line could not be cut off yet: {Reason}")]
    public static partial void NotCut(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal {Path}: cannot be deleted, so the journal exceeds its bound: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string path, string reason);
}
