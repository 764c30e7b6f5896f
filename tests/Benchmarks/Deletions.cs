using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Towncrier.Linux;

namespace Towncrier.Benchmarks;

/// <summary>When each file of one directory was unlinked, as the kernel tells it.</summary>
internal sealed class Deletions : IDisposable
{
    private readonly Inotify _inotify = Inotify.Open();
    private readonly Thread _thread;
    private volatile bool _ended;

    public Deletions(string directory)
    {
        _inotify.TryWatch(directory, InotifyMask.Delete, out _);
        _thread = new Thread(Read) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Timestamps of <see cref="Stopwatch"/> by file name.</summary>
    public ConcurrentDictionary<string, long> At { get; } = new(StringComparer.Ordinal);

    public bool Overflowed { get; private set; }

    public void Dispose()
    {
        _ended = true;
        _inotify.Wake();
        _thread.Join();
        _inotify.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[256 * 1024];
        while (!_ended)
        {
            var length = _inotify.Read(buffer);
            if (length == 0)
            {
                _inotify.Wait(1000);
                continue;
            }

            var now = Stopwatch.GetTimestamp();
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
            while (InotifyEvent.TryTake(ref rest, out var taken))
            {
                if ((taken.Mask & InotifyMask.Overflow) != 0) Overflowed = true;
                else At[Encoding.ASCII.GetString(taken.Name)] = now;
            }
        }
    }
}
