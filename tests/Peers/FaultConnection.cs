using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Peers;

/// <summary>One connection to a <see cref="FaultProxy"/>: requests one after the other, none of them chunked.</summary>
internal sealed class FaultConnection(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _read = [];

    /// <summary>The next request; null when there is none any more.</summary>
    public async Task<AwsCallSeen?> ReadAsync(CancellationToken stop)
    {
        int end;
        while ((end = EndOfHead()) < 0)
        {
            if (!await MoreAsync(stop)) return null;
        }

        var head = Encoding.ASCII.GetString([.. _read.Take(end)]);
        var length = int.Parse(new AwsCallSeen(head, []).Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        while (_read.Count < end + 4 + length)
        {
            if (!await MoreAsync(stop)) return null;
        }

        var call = new AwsCallSeen(head, [.. _read.Skip(end + 4).Take(length)]);
        _read.RemoveRange(0, end + 4 + length);
        return call;
    }

    public async Task SendAsync(byte[] answer, CancellationToken stop)
    {
        for (var sent = 0; sent < answer.Length;) sent += await socket.SendAsync(answer.AsMemory(sent), stop);
    }

    /// <summary>Does something for the caller, and ends it when the caller goes.</summary>
    public async Task<byte[]> WhileThereAsync(Func<CancellationToken, Task<byte[]>> work, CancellationToken stop)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = work(gone.Token);
        var leaving = LeavesAsync(gone.Token);
        await Task.WhenAny(working, leaving);
        await gone.CancelAsync();
        await leaving;
        return await working;
    }

    /// <summary>Ends it so that the other side sees a reset.</summary>
    public void Reset() => socket.Close(timeout: 0);

    public void Dispose() => socket.Dispose();

    // Nothing is sent while an answer is due: what can be read is the end.
    private async Task LeavesAsync(CancellationToken cancel)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancel);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }

    private int EndOfHead() => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read).IndexOf("\r\n\r\n"u8);

    private async Task<bool> MoreAsync(CancellationToken stop)
    {
        var count = await socket.ReceiveAsync(_buffer, SocketFlags.None, stop);
        _read.AddRange(_buffer.AsSpan(0, count));
        return count > 0;
    }
}
