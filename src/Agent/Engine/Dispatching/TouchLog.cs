using System.Text;
using Towncrier.Agent.Matching;

namespace Towncrier.Agent.Dispatching;

/// <summary>A recent invalidation that found an entry. Texts of the entry are kept as its key's bytes, once.</summary>
internal sealed record Touch(string Id, DateTimeOffset At, InvalidationCommand Command, PurgeMode Mode, string Source, byte[] KeyBytes, Range UriAt, Range HostAt)
{
    public string Key => Encoding.UTF8.GetString(KeyBytes);

    public string Host => Encoding.UTF8.GetString(KeyBytes.AsSpan(HostAt));

    public bool IsOf(ReadOnlySpan<byte> uri) => KeyBytes.AsSpan(UriAt).SequenceEqual(uri);
}

/// <summary>
/// Which invalidation touched which entries lately, for <c>towncrier why</c>. A ring of the last 16,384, at most 64 of
/// each message: enough to answer for a page somebody is looking at, and about 4 MB with keys of 70 bytes.
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
            message.Id!, at, message.Command, message.Mode, source, entry.Key.ToArray(), Within(entry.Key, entry.Uri), Within(entry.Key, entry.Host.Host));
        lock (_lock)
        {
            if (_touches.Count == Most) _touches.Dequeue();
            _touches.Enqueue(touch);
        }
    }

    /// <summary>The touches of a URI, newest first.</summary>
    public List<Touch> Of(string uri)
    {
        var wanted = Encoding.UTF8.GetBytes(uri);
        lock (_lock) return [.. _touches.Where(touch => touch.IsOf(wanted)).Reverse()];
    }

    private static Range Within(ReadOnlySpan<byte> key, ReadOnlySpan<byte> part)
        => key.Overlaps(part, out var at) ? at..(at + part.Length) : default;
}
