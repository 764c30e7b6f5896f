using System.Globalization;
using Towncrier.Providers.Redis.Publishing;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis;

/// <summary>
/// Sends messages to a Redis channel, a stream, or both: first to the stream. One connection, opened by the first call
/// and again by the next after a failure. At least once: a call that fails after it was sent may have been taken, and
/// whoever sends it again gives it the same id; we ourselves send a second time only what was not sent or was refused.
/// </summary>
public sealed class RedisPublisher : IInvalidationPublisher
{
    private readonly RedisPublisherOptions _options;
    private readonly TimeProvider _clock;
    private readonly Dialer _dialer;
    private readonly SemaphoreSlim _opening = new(1);
    private Line? _line;          // under _opening
    private Redirect? _redirect;  // under _opening: the node of a cluster that has the stream
    private bool _isClosed;

    /// <param name="options">Without <see cref="RedisPublisherOptions.Problems"/>.</param>
    public RedisPublisher(RedisPublisherOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _dialer = new Dialer(new DialOptions(options.Address, options.Password, options.ConnectTimeout, options.ReplyTimeout), clock);
        Name = "redis:" + string.Join('+', new[] { options.Channel, options.Stream }.OfType<string>());
    }

    public string Name { get; }

    public int MaxBytes => _options.MaxBytes;

    /// <exception cref="ArgumentException">The message has more than <see cref="MaxBytes"/>.</exception>
    /// <inheritdoc/>
    public async Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        if (message.Length > MaxBytes) throw new ArgumentException($"the message has {message.Length} bytes; at most {MaxBytes} are sent", nameof(message));
        if (_options.Stream is not null) await CallAsync(Add(_options.Stream, message), cancel).ConfigureAwait(false);
        if (_options.Channel is null) return default;
        var receivers = await CallAsync(new RespCommand(["PUBLISH", _options.Channel], message), cancel).ConfigureAwait(false);
        return new Published(receivers.Integer);
    }

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            if (_line is not null) await _line.DisposeAsync().ConfigureAwait(false);
            _line = null;
        }
        finally
        {
            _opening.Release();
        }
    }

    private RespCommand Add(string stream, ReadOnlyMemory<byte> message)
    {
        string[] words = _options.MaxLength > 0
            ? ["XADD", stream, "MAXLEN", "~", _options.MaxLength.ToString(CultureInfo.InvariantCulture), "*", "message"]
            : ["XADD", stream, "*", "message"];
        return new RespCommand(words, message) { Target = stream };
    }

    private async Task<RespValue> CallAsync(RespCommand command, CancellationToken cancel)
    {
        var mayAgain = true; // once: when nothing was sent, or a master that is one no more refused it
        for (var hops = 0; ;)
        {
            var line = await LineAsync(cancel).ConfigureAwait(false);
            try
            {
                if (await line.TryCallAsync(command, cancel).ConfigureAwait(false) is { } answer) return answer;
                if (!mayAgain) throw new IOException($"the connection for {Name} was lost twice before anything was sent");
                mayAgain = false;
                await LeaveAsync(line, null, cancel).ConfigureAwait(false);
            }
            catch (RedisReplyException e) when (hops < Redirect.MaxHops && Redirect.TryParse(e.Error, line.Host, out var redirect))
            {
                hops++;
                await LeaveAsync(line, redirect, cancel).ConfigureAwait(false);
            }
            catch (RedisReplyException e) when (mayAgain && e.Code == "READONLY")
            {
                mayAgain = false;
                await LeaveAsync(line, null, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<Line> LineAsync(CancellationToken cancel)
    {
        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_line is { IsDead: false }) return _line;
            if (_line is not null) await _line.DisposeAsync().ConfigureAwait(false);
            _line = null;
            var connection = await DialAsync(cancel).ConfigureAwait(false);
            return _line = Line.Open(connection, _redirect?.Asks ?? false, _options.ReplyTimeout, _clock);
        }
        finally
        {
            _opening.Release();
        }
    }

    // A node we were sent to may be gone since; the configured one then knows where to go.
    private async Task<RedisConnection> DialAsync(CancellationToken cancel)
    {
        if (_redirect is null) return await _dialer.DialAsync(null, cancel).ConfigureAwait(false);
        try
        {
            return await _dialer.DialAsync(_redirect.Node, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _redirect = null;
            return await _dialer.DialAsync(null, cancel).ConfigureAwait(false);
        }
    }

    // Of several that find the same line of no use, the first closes it; what is in flight on it is answered first.
    private async Task LeaveAsync(Line line, Redirect? to, CancellationToken cancel)
    {
        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_line != line) return;
            (_line, _redirect) = (null, to);
            await line.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }
}
