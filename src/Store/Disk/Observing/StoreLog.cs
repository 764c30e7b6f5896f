using Microsoft.Extensions.Logging;
using Towncrier.Linux;

namespace Towncrier.Store.Observing;

/// <summary>Every line the store logs beside the engine's.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: {Times} objects were not stored since it was last said, {Doing} failed: {Errno}; check the directory's owner and mode, and the disk")]
    public static partial void PutFailed(ILogger logger, string path, long times, string doing, Errno errno);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Times} objects could not be read since it was last said; the latest, {Path}: {Errno}")]
    public static partial void ReadFailed(ILogger logger, long times, string path, Errno errno);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: {Key} could not be fetched: {Reason}")]
    public static partial void PullFailed(ILogger logger, string key, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: what is stored here cannot be announced to {Name}, trying again: {Reason}")]
    public static partial void AnnouncingFails(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: announcements from {Name} cannot be read, trying again in {Delay}: {Reason}")]
    public static partial void ListeningFails(ILogger logger, string name, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: refused what came from {Channel}: {Reason}")]
    public static partial void NoticeRefused(ILogger logger, string channel, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: nothing is fetched from node {Node} at {Address}: it is none of the allowed peers")]
    public static partial void PeerNotAllowed(ILogger logger, string node, Uri address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster: the list of {Address} cannot be read: {Reason}")]
    public static partial void ListFailed(ILogger logger, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "cluster: the time for warming up from {Address} is over; {Objects} objects were fetched in all")]
    public static partial void WarmupEnded(ILogger logger, Uri address, int objects);

    [LoggerMessage(Level = LogLevel.Critical, Message = "cluster: sharing has ended because of a bug; the store goes on alone until it is started again")]
    public static partial void SharingEnded(ILogger logger, Exception bug);
}
