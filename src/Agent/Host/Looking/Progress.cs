using System.Globalization;

namespace Towncrier.Host.Looking;

/// <summary>A line on stderr that counts, while a scan runs longer than half a second and somebody watches.</summary>
internal sealed class Progress : IDisposable
{
    private const int Width = 24;

    private readonly TextWriter _error;
    private readonly Func<long> _count;
    private readonly Timer? _timer;
    private int _ticks;

    private Progress(TextWriter error, Func<long> count, bool shown)
    {
        _error = error;
        _count = count;
        if (shown) _timer = new Timer(_ => Draw(), null, 500, 200);
    }

    public static Progress Start(TextWriter error, Func<long> count) => new(error, count, !Console.IsErrorRedirected);

    public void Dispose()
    {
        if (_timer is null) return;
        using var ended = new ManualResetEvent(false);
        _timer.Dispose(ended);
        ended.WaitOne();
        if (_ticks > 0) _error.Write("\r\u001b[K");
    }

    // How many files there will be is not known before they are listed, so the bar runs to and fro.
    private void Draw()
    {
        var at = _ticks++ % (2 * Width);
        if (at >= Width) at = (2 * Width) - 1 - at;
        var bar = new string('.', at) + "#" + new string('.', Width - 1 - at);
        _error.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{bar}] {_count():N0} entries"));
    }
}
