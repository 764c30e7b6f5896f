using Microsoft.Extensions.Logging;

namespace Towncrier.Host.Commands;

/// <summary>The lines the process itself logs.</summary>
internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "towncrier {Version} listens on {Addresses}, state in {State}")]
    public static partial void Started(ILogger logger, string version, string addresses, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Words}")]
    public static partial void Advice(ILogger logger, string path, string words);
}
