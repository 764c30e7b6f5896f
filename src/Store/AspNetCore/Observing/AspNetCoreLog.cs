using Microsoft.Extensions.Logging;
using Towncrier.Agent.Governing;

namespace Towncrier.Store.AspNetCore.Observing;

/// <summary>Every line an application's caches log beside the store and the engine.</summary>
internal static partial class AspNetCoreLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Times} times since it was last said: a response or value was not stored ({Outcome}); the latest was {Key}")]
    public static partial void NotStored(ILogger logger, long times, PutOutcome outcome, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Times} times since it was last said: a response cannot be cached for its {What}; the latest: {Problem}")]
    public static partial void Refused(ILogger logger, long times, string what, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "what is cached cannot be read, and is made anew")]
    public static partial void ReadFailed(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store}: the configuration was read again; from now on {Limits}")]
    public static partial void LimitsChanged(ILogger logger, string store, CacheLimits limits);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store}: the configuration was read again, and nothing of it is used: {Problems}")]
    public static partial void LimitsRefused(ILogger logger, string store, string problems, Exception e);
}
