using Microsoft.Extensions.Logging;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Governing;

/// <summary>
/// The order of use from one run to the next, in a file: a restart is no reason to evict what is used most. It is a help and no
/// more: one that cannot be read or written is told, and the time at which objects were stored stands in for it.
/// </summary>
internal sealed class SavedOrder
{
    private readonly string _path;
    private readonly UseOrder _order;
    private readonly ILogger _logger;

    /// <summary>Before the first scan.</summary>
    public SavedOrder(string path, UseOrder order, ILogger logger)
    {
        (_path, _order, _logger) = (path, order, logger);
        order.ExpectRestore();
    }

    private static ReadOnlySpan<byte> Mark => "TCORDER1"u8;

    /// <summary>When the index knows every file, and before anything is evicted.</summary>
    public void Restore()
    {
        byte[] names = [];
        var saved = long.MaxValue;
        try
        {
            if (File.Exists(_path))
            {
                var bytes = File.ReadAllBytes(_path);
                if (!bytes.AsSpan().StartsWith(Mark) || (bytes.Length - Mark.Length) % UseOrder.BytesPerEntry != 0) Log.OrderUnread(_logger, _path, "it is not whole");
                else (names, saved) = (bytes[Mark.Length..], new DateTimeOffset(File.GetLastWriteTimeUtc(_path)).ToUnixTimeSeconds());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OrderUnread(_logger, _path, e.Message);
        }

        _order.Restore(names, saved);
    }

    /// <summary>When nothing is used any more.</summary>
    public void Save()
    {
        var half = _path + ".new";
        try
        {
            using (var file = new FileStream(half, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                file.Write(Mark);
                file.Write(_order.Save());
            }

            File.Move(half, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OrderUnsaved(_logger, _path, e.Message);
        }
    }
}
