using System.Threading.Channels;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Publishing;

/// <summary>
/// A connection that many call over at once: commands are written one after the other, and answers come in that order.
/// It fails as a whole. Safe from several threads.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    /// <summary>Calls that wait for their answers; the next waits for one of them.</summary>
    private const int MostInFlight = 256;

    private static readonly RespCommand Asking = new("ASKING");

    private readonly RedisConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<Call> _inFlight = Channel.CreateBounded<Call>(new BoundedChannelOptions(MostInFlight) { SingleReader = true });
    private volatile IOException? _failure;
    private Task _reading = Task.CompletedTask;

    private Line(RedisConnection connection, bool asks, TimeSpan timeout, TimeProvider clock) =>
        (_connection, Asks, _timeout, _clock) = (connection, asks, timeout, clock);

    /// <summary>Each command is preceded by ASKING.</summary>
    public bool Asks { get; }

    public string Host => _connection.Host;

    /// <summary>It failed; nothing is sent over it any more.</summary>
    public bool IsDead => _failure is not null;

    /// <summary>Takes over an open connection and begins to listen to it.</summary>
    public static Line Open(RedisConnection connection, bool asks, TimeSpan timeout, TimeProvider clock)
    {
        var line = new Line(connection, asks, timeout, clock);
        line._reading = line.ReadAsync();
        return line;
    }

    /// <summary>The answer, which is no error. Null when the line was dead before anything was sent.</summary>
    /// <exception cref="RedisReplyException">Redis took the command and refused it.</exception>
    /// <exception cref="IOException">It was sent, and nobody knows what became of it.</exception>
    public async Task<RespValue?> TryCallAsync(RespCommand command, CancellationToken cancel)
    {
        var call = new Call(command);
        using var timer = new CancellationTokenSource(_timeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        var sending = SendAsync(call, both.Token);
        try
        {
            if (!await sending.WaitAsync(both.Token).ConfigureAwait(false)) return null;
            return await call.Answer.Task.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            var failure = new IOException($"Redis at {_connection.Where} did not answer {command.Name} within {_timeout.TotalSeconds:0.#} s; it may have taken it");
            await FailAsync(failure).ConfigureAwait(false);
            throw failure;
        }
        finally
        {
            // Whoever gives up leaves its command to be sent and answered, or to fail, by itself.
            _ = sending.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            _ = call.Answer.Task.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Takes no more calls, waits for the answers that are due, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _inFlight.Writer.TryComplete();
        await _inFlight.Reader.Completion.WaitAsync(_timeout, _clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await FailAsync(new IOException("the publisher was closed")).ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    // False when nothing was sent. Once written to, a command is sent to its end: half of one would end the connection.
    private async Task<bool> SendAsync(Call call, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (IsDead || !await HasRoomAsync(cancel).ConfigureAwait(false) || !_inFlight.Writer.TryWrite(call)) return false;
            if (Asks) await _connection.SendAsync(Asking.Bytes, _end.Token).ConfigureAwait(false);
            await _connection.SendAsync(call.Command.Bytes, _end.Token).ConfigureAwait(false);
            return true;
        }
        catch (IOException e)
        {
            await FailAsync(e).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            throw new IOException(_failure?.Message ?? "the connection was closed");
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<bool> HasRoomAsync(CancellationToken cancel) => await _inFlight.Writer.WaitToWriteAsync(cancel).ConfigureAwait(false);

    private async Task ReadAsync()
    {
        try
        {
            // Reads even when nothing is due: that is how a connection closed by Redis is noticed before the next call.
            while (true)
            {
                var value = await _connection.ReadAsync(_end.Token).ConfigureAwait(false);
                if (value.Kind == RespKind.Push) continue;
                if (Asks) value = await _connection.ReadAsync(_end.Token).ConfigureAwait(false);
                if (!_inFlight.Reader.TryRead(out var call)) throw new IOException($"Redis at {_connection.Where} answered what nobody asked");
                if (value.Kind == RespKind.Error) call.Answer.TrySetException(_connection.Error(value, call.Command));
                else call.Answer.TrySetResult(value);
                if (_inFlight.Reader.Completion.IsCompleted) return; // closed, and all is answered
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await FailAsync(e as IOException ?? _failure ?? new IOException("the connection was closed")).ConfigureAwait(false);
        }
        finally
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
            _inFlight.Writer.TryComplete();
            while (_inFlight.Reader.TryRead(out var call)) call.Answer.TrySetException(_failure ?? new IOException("the connection was closed"));
        }
    }

    private async ValueTask FailAsync(IOException failure)
    {
        _failure ??= failure;
        _inFlight.Writer.TryComplete();
        await _end.CancelAsync().ConfigureAwait(false);
    }

    private sealed record Call(RespCommand Command)
    {
        public TaskCompletionSource<RespValue> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
