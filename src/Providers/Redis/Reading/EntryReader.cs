using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>
/// Reads one stream from where we were, with a cursor of our own and no consumer group: nobody else's reading, and no
/// state at the server, is in the way. Looks at the stream when it connects and about once a heartbeat, and tells what was lost.
/// </summary>
internal sealed class EntryReader(RedisSourceOptions options, Dialer dialer, Outbox outbox, TimeProvider clock)
{
    // Of usual messages, far less than what is in flight anyway; one answer of the largest is within the parser's limit.
    private const int MostAtOnce = 128;
    private const long MostBytesAtOnce = 16 * 1024 * 1024;

    private readonly string _stream = options.Stream!;
    private readonly string _label = RedisSource.LabelOf(options.Stream!);
    private readonly Room _count = new(options.Window);
    private readonly Room _bytes = new(options.MaxBufferedBytes);
    private EntryWindow? _window;      // null before the first connection; stays over reconnects
    private ISourceContext? _context;  // the last one: entries may be settled while nobody reads
    private DateTimeOffset? _good;     // nothing that was added before is missing
    private long _lookedAt;
    private int _atOnce = 1;
    private long _largest = Message.Overhead;

    /// <summary>Until the link is lost or <paramref name="stop"/>; follows the stream to the node of a cluster that has it.</summary>
    public async Task RunAsync(ISourceContext context, CancellationToken stop)
    {
        _context = context;
        Redirect? redirect = null;
        for (var hops = 0; ; hops++)
        {
            var connection = await dialer.DialAsync(redirect?.Node, stop).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    var link = new StreamLink(connection, _stream, redirect?.Asks ?? false, options);
                    await ConnectAsync(context, link, stop).ConfigureAwait(false);
                    hops = 0;
                    await ReadAsync(context, link, stop).ConfigureAwait(false);
                }
                catch (RedisReplyException e) when (hops < Redirect.MaxHops && Redirect.TryParse(e.Error, connection.Host, out redirect))
                {
                    continue;
                }
            }
        }
    }

    private async Task ConnectAsync(ISourceContext context, StreamLink link, CancellationToken stop)
    {
        _atOnce = 1;
        if (_window is null)
        {
            var kept = context.PositionOf(_label);
            if (kept is null || !StreamPosition.TryParse(kept, out var position))
            {
                var info = await link.InfoAsync(stop).ConfigureAwait(false);
                position = new StreamPosition(info.Last, info.Added);
                if (kept is not null)
                    await context.GapAsync(new Gap(_label, null, clock.GetUtcNow(), $"the position that was kept is none of a stream: {kept}"), stop).ConfigureAwait(false);
            }

            _window = MakeWindow(position);
            _good = position.Id.Time;
        }

        await LookAsync(context, link, wasIdle: false, stop).ConfigureAwait(false);
        _window.Keep();
        await link.MustReadAsync(stop).ConfigureAwait(false); // whoever may look at it may not always read it
        context.Connected(_label);
    }

    private async Task ReadAsync(ISourceContext context, StreamLink link, CancellationToken stop)
    {
        while (true)
        {
            // Together: the one that was waited for last may be there while the other is not.
            while (_count.Left <= 0 || _bytes.Left <= 0)
            {
                await _count.WaitAsync(stop).ConfigureAwait(false);
                await _bytes.WaitAsync(stop).ConfigureAwait(false);
            }

            var asked = (int)Math.Max(1, Math.Min(Math.Min(_atOnce, _count.Left), Math.Min(_bytes.Left, MostBytesAtOnce) / _largest));
            var entries = await link.ReadAsync(_window!.Cursor.Id, asked, () => _largest = MostBytesAtOnce, stop).ConfigureAwait(false);
            foreach (var entry in entries) Take(context, entry);
            if (entries.Count > 0) _largest = Math.Max(_largest / 2, entries.Max(entry => (entry.Message?.Length ?? link.Connection.Limits.MaxBulk) + Message.Overhead));
            _atOnce = Math.Min(_atOnce * 2, MostAtOnce);

            // A server that does not count shows what was trimmed only while it is ahead of us.
            var mustLook = entries.Count == 0 || (entries.Count == asked && _window.Cursor.Added is null);
            if (mustLook || clock.GetElapsedTime(_lookedAt) >= options.Heartbeat) await LookAsync(context, link, entries.Count == 0, stop).ConfigureAwait(false);
        }
    }

    private void Take(ISourceContext context, ReadEntry entry)
    {
        if (entry.Message is not { } body)
        {
            context.Refused(_label, entry.Refusal);
            _window!.Add(entry.Id, 0, isSettled: true);
            return;
        }

        var held = _window!.Add(entry.Id, body.Length + Message.Overhead, isSettled: false);
        outbox.Add(new Message(held, _label, body) { TransportId = $"{_label}:{entry.Id}", SentAt = entry.Id.Time, Arrived = clock.GetUtcNow() });
    }

    private async Task LookAsync(ISourceContext context, StreamLink link, bool wasIdle, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var info = await link.InfoAsync(stop).ConfigureAwait(false);
        _lookedAt = clock.GetTimestamp();
        var cursor = _window!.Cursor;
        var verdict = StreamVerdict.Of(cursor, info);
        // The last entry was deleted by name: nothing is behind us, nothing ahead, and the counts tell what was between.
        if (wasIdle && cursor.Id < info.Last && info.MaxDeleted >= info.Last && !await link.HasAfterAsync(cursor.Id, stop).ConfigureAwait(false))
            verdict = StreamVerdict.Of(cursor with { Id = info.Last }, info);
        if (verdict.State != StreamState.Whole)
            await context.GapAsync(new Gap(_label, _good ?? cursor.Id.Time, clock.GetUtcNow(), Reason(verdict, info, cursor)), stop).ConfigureAwait(false);
        if (verdict.IsExact) _good = now;
        if (verdict.State == StreamState.Renewed)
        {
            _window.Retire();
            _window = MakeWindow(verdict.Next);
            _window.Keep();
        }
        else if (verdict.Next != cursor)
        {
            _window.Correct(verdict.Next);
        }
    }

    private EntryWindow MakeWindow(StreamPosition from) => new(from, _count, _bytes, position => _context?.Keep(_label, position));

    private string Reason(StreamVerdict verdict, StreamInfo info, StreamPosition cursor) => verdict switch
    {
        { State: StreamState.Renewed } when info.Last == EntryId.Zero => $"the stream {_stream}, read up to {cursor.Id}, is gone: deleted, or Redis lost its data",
        { State: StreamState.Renewed } => $"the stream {_stream}, read up to {cursor}, now ends at {info.Last} {info.Added}: Redis lost data (a restart without it, or a failover), or the stream was deleted and made anew; it is read again from its beginning",
        { Missing: { } count } => $"{count} entries of the stream {_stream} were trimmed or deleted before they were read; a longer stream (XADD MAXLEN) would have kept them",
        _ => $"entries of the stream {_stream} after {cursor.Id} may have been trimmed before they were read; its first is now {info.First}",
    };
}
