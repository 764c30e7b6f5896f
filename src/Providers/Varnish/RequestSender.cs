using System.Globalization;
using System.Net.Sockets;

namespace Towncrier.Providers.Varnish;

/// <summary>Sends requests, a bounded number at a time, each with a bounded number of tries. Safe from several threads.</summary>
internal sealed class RequestSender(VarnishOptions options, Endpoint endpoint, TimeProvider clock, Random random) : IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly ConnectionPool _pool = new(endpoint);
    private readonly SemaphoreSlim _room = new(options.MaxConnections, options.MaxConnections);
    private readonly Lock _randomLock = new();
    private long _answers;

    /// <summary>Responses so far, of whatever status.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Tries until it is applied, refused, or the tries are used up. Waiting for the next try takes no connection.</summary>
    public async Task<Verdict> SendAsync(VarnishRequest request, CancellationToken cancel)
    {
        var bytes = request.ToBytes();
        for (var tries = 1; ; tries++)
        {
            var verdict = await TryAsync(request, bytes, cancel).ConfigureAwait(false);
            if (verdict.Answered) Interlocked.Increment(ref _answers);
            if (verdict.Error is null || !verdict.Retry) return verdict;
            if (tries == options.Tries) return tries == 1 ? verdict : verdict with { Error = $"{verdict.Error} (tried {tries} times)" };
            await Task.Delay(DelayAfter(tries), clock, cancel).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _pool.Dispose();
        _room.Dispose();
    }

    private async Task<Verdict> TryAsync(VarnishRequest request, byte[] bytes, CancellationToken cancel)
    {
        await _room.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(options.Timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            return Verdict.Of(request, await _pool.SendAsync(bytes, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Verdict.NoAnswer(options.Url, string.Create(CultureInfo.InvariantCulture, $"no response within {options.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return Verdict.NoAnswer(options.Url, e.Message);
        }
        finally
        {
            _room.Release();
        }
    }

    // Between half and all of it, so that a fleet that met the same failure does not come back in one beat.
    private TimeSpan DelayAfter(int tries)
    {
        var longest = Math.Min(options.FirstDelay.TotalMilliseconds * Math.Pow(2, tries - 1), LongestDelay.TotalMilliseconds);
        lock (_randomLock) return TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2)));
    }
}
