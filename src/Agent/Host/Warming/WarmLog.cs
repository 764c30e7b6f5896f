using Microsoft.Extensions.Logging;

namespace Towncrier.Host.Warming;

/// <summary>Every line of warming.</summary>
internal static partial class WarmLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "warmed {Warmed} of {All} objects from {Peers} peers in {Seconds:0.0} s: placed {Placed}, fetched through nginx {Fetched}{Rest}")]
    public static partial void Ended(ILogger logger, long warmed, long all, int peers, double seconds, long placed, long fetched, string rest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "warming: the objects of {Address} cannot be taken: {Reason}")]
    public static partial void PeerFailed(ILogger logger, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "warming: nothing is put into {Path}: {Reason}")]
    public static partial void NotPlacing(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "warming: {Key} of {Address} is not taken: {Reason}")]
    public static partial void ObjectFailed(ILogger logger, string key, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "warming has ended because of a bug; the agent goes on, and neither warms nor is warmed until it is started again")]
    public static partial void EndedByBug(ILogger logger, Exception bug);
}
