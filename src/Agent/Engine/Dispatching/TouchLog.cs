using System.Text;
using Towncrier.Agent.Matching;

namespace Towncrier.Agent.Dispatching;

/// <summary>A recent invalidation that found an entry.</summary>
internal sealed record Touch(string Id, DateTimeOffset At, InvalidationCommand Command, PurgeMode Mode, string Source, string Key, string Uri, string Host);

/// <summary>
/// Which invalidation touched which entries lately, for <c>towncrier why</c>. A ring of the last 16,384, at most 64 of
/// each message: enough to answer for a page somebody is looking at, and about 4 MB.
/// </summary>
internal sealed class TouchLog
{
    public const int MostPerMessage = 64;
    private const int Most = 16_384;

    private readonly Lock _lock = new();
    private readonly Queue<Touch> _touches = new();

    public void Note(Invalidation message, DateTimeOffset at, string source, in EntryView entry)
    {
        var touch = new Touch(
            message.Id!, at, message.Command, message.Mode, source,
            Encoding.UTF8.GetString(entry.Key), Encoding.UTF8.GetString(entry.Uri), Encoding.UTF8.GetString(entry.Host.Host));
        lock (_lock)
        {
            if (_touches.Count == Most) _touches.Dequeue();
            _touches.Enqueue(touch);
        }
    }

    /// <summary>The touches of a URI, newest first.</summary>
    public List<Touch> Of(string uri)
    {
        lock (_lock) return [.. _touches.Where(t => string.Equals(t.Uri, uri, StringComparison.Ordinal)).Reverse()];
    }
}
