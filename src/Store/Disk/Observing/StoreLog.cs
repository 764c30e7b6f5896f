using Microsoft.Extensions.Logging;
using Towncrier.Linux;

namespace Towncrier.Store.Observing;

/// <summary>Every line the store logs beside the engine's.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: an object was not stored, {Doing} failed: {Errno}; check the directory's owner and mode, and the disk")]
    public static partial void PutFailed(ILogger logger, string path, string doing, Errno errno);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: an object cannot be read: {Errno}")]
    public static partial void ReadFailed(ILogger logger, string path, Errno errno);
}
