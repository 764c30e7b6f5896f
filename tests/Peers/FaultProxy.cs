using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>
/// Stands before an SNS and SQS emulator and answers some calls as AWS does on a bad day: at random, as a script says, or
/// always. Faults are counted. Set it up before it is called.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly ConcurrentDictionary<Fault, int> _injected = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentDictionary<string, Fault> _always = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _script = new();
    private readonly HttpClient _service;
    private readonly Random _random;
    private readonly Lock _chance = new();
    private readonly Task _accepting;

    private FaultProxy(int target, Random? random)
    {
        _random = random ?? new Random(1);
        _service = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{target}"), Timeout = TimeSpan.FromSeconds(60) };
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>The part of calls that a fault is drawn for, 0 to 1.</summary>
    public double Rate { get; set; }

    /// <summary>What is drawn from.</summary>
    public IReadOnlyList<Fault> Kinds { get; set; } = [Fault.Unavailable, Fault.Throttled, Fault.ResetBefore, Fault.ResetAfter, Fault.Slow];

    /// <summary>How late a slow answer is.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How far the service's clock is from ours. Calls signed more than five minutes off it are refused, as AWS does.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>Faults so far, of all kinds.</summary>
    public int Injected => _injected.Values.Sum();

    public int InjectedOf(Fault fault) => _injected.GetValueOrDefault(fault);

    /// <summary>Calls of an operation so far, those that met a fault included.</summary>
    public int CallsOf(string operation) => _calls.GetValueOrDefault(operation);

    /// <summary>Called with every call before anything is done with it.</summary>
    public Action<AwsCallSeen> OnCall { get; set; } = _ => { };

    /// <summary>Called when the service has answered, before the answer is passed on.</summary>
    public Action<AwsCallSeen> OnAnswer { get; set; } = _ => { };

    public static FaultProxy Start(int target, Random? random = null) => new(target, random);

    /// <summary>The next calls of an operation meet these, one each; <see cref="Fault.None"/> lets one pass.</summary>
    public void Next(string operation, params IReadOnlyList<Fault> faults)
    {
        var queue = _script.GetOrAdd(operation, _ => new ConcurrentQueue<Fault>());
        foreach (var fault in faults) queue.Enqueue(fault);
    }

    /// <summary>Every call of an operation meets this, until <see cref="Fault.None"/> is set.</summary>
    public void Always(string operation, Fault fault) => _always[operation] = fault;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving.Keys);
        _service.Dispose();
        _end.Dispose();
    }

    private Fault FaultFor(AwsCallSeen call)
    {
        if (Skew != TimeSpan.Zero && call.SignedAt is { } at && (at - Now()).Duration() > TimeSpan.FromMinutes(5)) return Fault.Skewed;
        if (_script.TryGetValue(call.Operation, out var script) && script.TryDequeue(out var scripted)) return scripted;
        if (_always.TryGetValue(call.Operation, out var always) && always != Fault.None) return always;
        lock (_chance) return _random.NextDouble() < Rate ? Kinds[_random.Next(Kinds.Count)] : Fault.None;
    }

    private DateTimeOffset Now() => DateTimeOffset.UtcNow + Skew;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var serving = ServeAsync(await _listener.AcceptSocketAsync(_end.Token));
                _serving[serving] = 0;
                _ = serving.ContinueWith(done => _serving.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            return; // at the end
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new FaultConnection(socket);
        try
        {
            while (await connection.ReadAsync(_end.Token) is { } call)
            {
                _calls.AddOrUpdate(call.Operation, 1, (_, count) => count + 1);
                OnCall(call);
                var fault = FaultFor(call);
                if (fault != Fault.None) _injected.AddOrUpdate(fault, 1, (_, count) => count + 1);
                if (!await AnswerAsync(connection, call, fault)) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or HttpRequestException or OperationCanceledException)
        {
            connection.Reset(); // either side went, or the test is over
        }
    }

    // False when the connection is over.
    private async Task<bool> AnswerAsync(FaultConnection connection, AwsCallSeen call, Fault fault)
    {
        switch (fault)
        {
            case Fault.None or Fault.Slow or Fault.ResetAfter:
                if (fault == Fault.Slow) await Task.Delay(Delay, _end.Token);
                var answer = await connection.WhileThereAsync(cancel => ForwardAsync(call, cancel), _end.Token);
                OnAnswer(call);
                if (fault == Fault.ResetAfter) break;
                await connection.SendAsync(answer, _end.Token);
                return true;
            case Fault.ResetBefore:
                break;
            default:
                await connection.SendAsync(FaultAnswers.Of(fault, call, Now()), _end.Token);
                return true;
        }

        connection.Reset();
        return false;
    }

    private async Task<byte[]> ForwardAsync(AwsCallSeen call, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(call.Target, UriKind.Relative)) { Content = new ByteArrayContent(call.Body) };
        foreach (var (name, value) in call.Headers)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Expect", StringComparison.OrdinalIgnoreCase)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _service.SendAsync(request, cancel);
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Content-Length" or "Transfer-Encoding" or "Connection" or "Keep-Alive"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return FaultAnswers.Whole((int)response.StatusCode, string.Join("\r\n", headers), await response.Content.ReadAsByteArrayAsync(cancel), Now());
    }
}
