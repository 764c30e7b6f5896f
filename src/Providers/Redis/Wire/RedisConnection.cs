using System.Net.Sockets;
using System.Security.Authentication;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>
/// An open connection: one reads and one writes at a time. Whatever is wrong with it is an IOException that says where;
/// after one that is not a <see cref="RedisReplyException"/> it is of no further use.
/// </summary>
internal sealed class RedisConnection(Stream stream, string where, string host, DialOptions options, RespLimits limits, TimeProvider clock) : IAsyncDisposable
{
    private readonly RespParser _parser = new(limits);
    private readonly byte[] _buffer = new byte[64 * 1024]; // more than the longest line
    private int _start;
    private int _length;
    private long _lastRead = clock.GetTimestamp();

    /// <summary>The server for people: <c>host:port</c>, or the socket's path.</summary>
    public string Where => where;

    public string Host => host;

    public RespLimits Limits => limits;

    /// <summary>How long ago the server last sent anything.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _lastRead));

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(bytes, cancel).ConfigureAwait(false);
            await stream.FlushAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            throw new IOException($"the connection to Redis at {where} was lost: {e.Message}", e);
        }
    }

    /// <summary>The next value, whatever it is, when it comes. Waits without a limit of its own.</summary>
    public async ValueTask<RespValue> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            switch (Parse(out var value))
            {
                case RespStatus.Complete: return value;
                case RespStatus.Broken: throw new IOException($"Redis at {where} sent what is not understood ({_parser.Problem}); is it a Redis, and is TLS as it should be?");
            }

            await FillAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Sends commands in one go and reads the last one's answer; pushes are passed over.</summary>
    /// <exception cref="RedisReplyException">One of them was answered with an error; the answers are all read.</exception>
    public async Task<RespValue> CallAsync(TimeSpan timeout, CancellationToken cancel, params RespCommand[] commands)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            var bytes = commands.Length == 1 ? commands[0].Bytes : commands.SelectMany(command => command.Bytes.ToArray()).ToArray();
            await SendAsync(bytes, both.Token).ConfigureAwait(false);
            var answer = RespValue.Null;
            RedisReplyException? error = null;
            foreach (var command in commands)
            {
                do answer = await ReadAsync(both.Token).ConfigureAwait(false);
                while (answer.Kind == RespKind.Push);
                if (answer.Kind == RespKind.Error) error ??= Error(answer, command);
            }

            return error is null ? answer : throw error;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IOException($"Redis at {where} did not answer {commands[^1].Name} within {timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>As above, with the usual time for an answer.</summary>
    public Task<RespValue> CallAsync(CancellationToken cancel, params RespCommand[] commands) => CallAsync(options.ReplyTimeout, cancel, commands);

    public RedisReplyException Error(RespValue answer, RespCommand command) =>
        new(answer.Text, ErrorWords.For(answer.Text, command, where, options.EffectiveUser));

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private RespStatus Parse(out RespValue value)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(_start, _length);
        var status = _parser.Read(ref input, out value);
        _start += _length - input.Length;
        _length = input.Length;
        return status;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_length > 0) _buffer.AsSpan(_start, _length).CopyTo(_buffer);
        _start = 0;
        var read = 0;
        try
        {
            read = await stream.ReadAsync(_buffer.AsMemory(_length), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            throw new IOException($"the connection to Redis at {where} was lost: {e.Message}", e);
        }

        if (read == 0) throw new IOException($"Redis at {where} closed the connection (it restarted, was told to, or its output buffer limit for this client was reached)");
        _length += read;
        Volatile.Write(ref _lastRead, clock.GetTimestamp());
    }
}
