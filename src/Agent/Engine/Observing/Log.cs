using Microsoft.Extensions.Logging;

namespace Towncrier.Agent.Observing;

/// <summary>Every line the engine logs. One line for each event worth waking for; what happens often is counted instead.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: indexed {Entries} entries in {Seconds:0.00} s (skipped: {Skipped})")]
    public static partial void Scanned(ILogger logger, string path, long entries, double seconds, string skipped);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: {Trouble}")]
    public static partial void Unreadable(ILogger logger, string path, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} from {Source}: {Refused} of {Values} values refused: {Detail}")]
    public static partial void ValuesRefused(ILogger logger, string id, string source, int refused, int values, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: the kernel dropped inotify events; scanning again (fs.inotify.max_queued_events is {Limit}: raise it if this recurs)")]
    public static partial void Overflow(ILogger logger, string path, long limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: no inotify watches left (fs.inotify.max_user_watches is {Limit}): every purge now needs a scan; raise it with sysctl")]
    public static partial void WatchLimit(ILogger logger, string path, long limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: the cache directory cannot be watched, trying again: {Reason}")]
    public static partial void Unavailable(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: the cache directory is gone; waiting for it to come back")]
    public static partial void Vanished(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a message from {Source}: {Reason}: {Detail}")]
    public static partial void Refused(ILogger logger, string source, RefusalReason reason, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "applied {Id} ({Command} from {Source}): {Matched} matched, {Purged} purged in {Milliseconds:0.0} ms")]
    public static partial void Applied(ILogger logger, string id, InvalidationCommand command, string source, long matched, long purged, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} could not be applied to every file: {Outcomes}")]
    public static partial void Failed(ILogger logger, string id, string outcomes);

    [LoggerMessage(Level = LogLevel.Error, Message = "the journal cannot be written, invalidations are not settled: {Reason}")]
    public static partial void JournalFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} could not be applied: {Reason}")]
    public static partial void CacheFailed(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "source {Source} failed, trying again in {Delay}: {Reason}")]
    public static partial void SourceFailed(ILogger logger, string source, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Channel}: connected; what is sent from now on arrives")]
    public static partial void SourceConnected(ILogger logger, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Channel}: messages sent between {Since} and {Until} may be lost: {Reason} (on_gap: {Policy})")]
    public static partial void Gap(ILogger logger, string channel, DateTimeOffset? since, DateTimeOffset until, string reason, GapPolicy policy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "receipts cannot be sent to {Name}, trying again: {Reason}")]
    public static partial void ReceiptsFail(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} on {Target}: {Failed} of {Values} values failed: {Detail}")]
    public static partial void TargetFailed(ILogger logger, string id, string target, int failed, int values, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} from {Source} is given up after {Attempts} tries: {Reason}")]
    public static partial void GivenUp(ILogger logger, string id, string source, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Target} ({Place}) does not take messages, trying on: {Reason}")]
    public static partial void TargetUnreachable(ILogger logger, string target, string place, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Target} ({Place}) takes messages again")]
    public static partial void TargetReached(ILogger logger, string target, string place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: the file system stays over disk_limit ({Limit}): deleted files are still open somewhere, cannot be deleted, or others' files fill it")]
    public static partial void DiskStaysFull(ILogger logger, string path, double limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Used:0.00} of the memory is in use, memory_limit is {Limit}: one entry in a hundred goes at each check until it is kept")]
    public static partial void MemoryShort(ILogger logger, string path, double used, double limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the order of use that was saved in {Path} is not used: {Problem}. Entries count as used when they were stored")]
    public static partial void OrderUnread(ILogger logger, string path, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the order of use cannot be saved in {Path}: {Problem}. After the next start entries count as used when they were stored")]
    public static partial void OrderUnsaved(ILogger logger, string path, string problem);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Id} was not applied because of a bug in this program; please report it")]
    public static partial void Bug(ILogger logger, string id, Exception bug);
}
