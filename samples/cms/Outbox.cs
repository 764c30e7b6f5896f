using System.Text;
using Towncrier.Wire;

namespace Towncrier.Samples.Cms;

/// <summary>How many messages wait to be sent, and why the last try failed; null when it did not.</summary>
internal sealed record OutboxState(int Waiting, string? Problem);

/// <summary>
/// The messages that were not sent yet, in a file with one a line, so that a broker that is away stops nobody from saving
/// and no restart loses a purge. Sent in their order, at least once; each keeps its id, so that twice is as once.
/// At most <see cref="Most"/> wait; with more, all of them become one that purges the whole site.
/// </summary>
internal sealed class Outbox(string path, string? host, IInvalidationPublisher publisher) : IDisposable
{
    /// <summary>Some 300 KB of file, rewritten by each save while the broker is away.</summary>
    public const int Most = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // for a send that others have begun

    private readonly SemaphoreSlim _filing = new(1);  // the file and _waiting; never held while sending
    private readonly SemaphoreSlim _sending = new(1);
    private List<byte[]> _waiting = [];
    private volatile OutboxState _state = new(0, null);

    public OutboxState State => _state;

    /// <summary>Takes up what an earlier run left.</summary>
    public void Load()
    {
        if (File.Exists(path)) _waiting = [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Encoding.UTF8.GetBytes)];
        _state = new OutboxState(_waiting.Count, null);
    }

    /// <summary>Until the answer is disposed of, nothing that is added is sent: for a change and its messages to come together.</summary>
    public async Task<IDisposable> HoldAsync()
    {
        await _filing.WaitAsync();
        return new Hold(_filing);
    }

    /// <summary>Files messages, before the change that they are about. Only under <see cref="HoldAsync"/>.</summary>
    /// <exception cref="IOException">They could not be written; then the change must not be made.</exception>
    public void Add(IReadOnlyList<Invalidation> messages)
    {
        if (_waiting.Count + messages.Count > Most) Write([.. Changes.Everything(host).Select(InvalidationJson.Encode)]);
        else Write([.. _waiting, .. messages.Select(InvalidationJson.Encode)]);
    }

    /// <summary>Sends what there is; what cannot be sent stays, and <see cref="State"/> says why. Does not throw for a broker or a disk.</summary>
    public async Task SendAsync(CancellationToken stop)
    {
        if (!await _sending.WaitAsync(Patience, stop)) return;
        try
        {
            var sent = new HashSet<byte[]>();
            string? problem = null;
            foreach (var message in await WaitingAsync())
            {
                problem = await TrySendAsync(message, stop);
                if (problem is not null) break;
                sent.Add(message);
            }

            await RemoveAsync(sent, problem);
        }
        catch (IOException e)
        {
            _state = _state with { Problem = e.Message };
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose()
    {
        _filing.Dispose();
        _sending.Dispose();
    }

    private async Task<string?> TrySendAsync(byte[] message, CancellationToken stop)
    {
        try
        {
            // A channel tells how many heard it, and forgets it; a stream keeps it for whoever comes.
            var published = await publisher.PublishAsync(message, stop);
            return published.Receivers == 0 ? $"nobody is listening on {publisher.Name}" : null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private async Task<byte[][]> WaitingAsync()
    {
        using (await HoldAsync()) return [.. _waiting];
    }

    private async Task RemoveAsync(HashSet<byte[]> sent, string? problem)
    {
        using (await HoldAsync())
        {
            if (sent.Count > 0) Write([.. _waiting.Where(message => !sent.Contains(message))]);
            _state = new OutboxState(_waiting.Count, problem);
        }
    }

    private void Write(List<byte[]> messages)
    {
        WholeFile.Write(path, [.. messages.SelectMany(message => (byte[])[.. message, (byte)'\n'])]);
        _waiting = messages;
        _state = _state with { Waiting = messages.Count };
    }

    private sealed class Hold(SemaphoreSlim of) : IDisposable
    {
        public void Dispose() => of.Release();
    }
}
