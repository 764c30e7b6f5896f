namespace Towncrier.Store.Cluster;

/// <summary>Says where this node is: as it comes, every five seconds, and when a new one asks.</summary>
internal sealed class Presence(Self node, NoticeSender sender) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _answer = new(0);

    private volatile bool _asks = true;

    /// <summary>Asks the others soon where they are: this node hears them from now on.</summary>
    public void Ask()
    {
        _asks = true;
        Answer();
    }

    /// <summary>Says soon that this node is here: a new one asks.</summary>
    public void Answer()
    {
        if (_answer.CurrentCount == 0) _answer.Release();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var asks = _asks;
            _asks = false;
            await sender.SendAsync(Notice.Of(node, Notice.Here) with { Asks = asks }, stop).ConfigureAwait(false);
            await _answer.WaitAsync(Every, stop).ConfigureAwait(false);
        }
    }

    public void Dispose() => _answer.Dispose();
}
