using Microsoft.Extensions.Logging;

namespace Towncrier.Host.Commands;

/// <summary>The lines the process itself logs.</summary>
internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "towncrier {Version} listens on {Addresses}, state in {State}")]
    public static partial void Started(ILogger logger, string version, string addresses, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "the configuration was read again: {Changes}")]
    public static partial void Reloaded(ILogger logger, string changes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "these settings have changed in the configuration, too, and need a restart: {Settings}")]
    public static partial void NeedsRestart(ILogger logger, string settings);

    [LoggerMessage(Level = LogLevel.Error, Message = "the configuration was read again, and nothing of it is used: {Problem}")]
    public static partial void NotReloaded(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: {Key} {Old} -> {New}, until the next reload or restart")]
    public static partial void LimitSet(ILogger logger, string path, string key, string old, string @new);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Words}")]
    public static partial void Advice(ILogger logger, string path, string words);
}
