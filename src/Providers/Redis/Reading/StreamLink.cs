using System.Globalization;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>The commands about one stream, over one connection.</summary>
internal sealed class StreamLink(RedisConnection connection, string stream, bool asks, RedisSourceOptions options)
{
    public RedisConnection Connection => connection;

    /// <summary>The stream as it is now.</summary>
    public async Task<StreamInfo> InfoAsync(CancellationToken stop)
    {
        RespValue answer;
        try
        {
            answer = await CallAsync(new RespCommand("XINFO", "STREAM", stream), stop).ConfigureAwait(false);
        }
        catch (RedisReplyException e) when (e.Error.StartsWith("ERR no such key", StringComparison.OrdinalIgnoreCase))
        {
            return StreamInfo.None;
        }

        return StreamInfo.TryParse(answer, out var info) ? info : throw Unexpected("XINFO");
    }

    /// <summary>The entries after <paramref name="after"/>; waits one heartbeat for the first.</summary>
    /// <exception cref="IOException"><paramref name="tooLarge"/> was called when fewer at a time may be read.</exception>
    public async Task<List<ReadEntry>> ReadAsync(EntryId after, int count, Action tooLarge, CancellationToken stop)
    {
        var block = ((long)options.Heartbeat.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        var command = new RespCommand("XREAD", "COUNT", count.ToString(CultureInfo.InvariantCulture), "BLOCK", block, "STREAMS", stream, after.ToString()) { Target = stream };
        var answer = await CallAsync(command, stop).ConfigureAwait(false);
        if (EntryBatch.TryParse(answer, connection.Limits, out var entries, out var isLarge)) return entries;
        if (!isLarge) throw Unexpected("XREAD");
        tooLarge();
        throw new IOException($"Redis at {connection.Where} sent more than {connection.Limits.MaxReply} bytes of the stream {stream} at once; entries are read one by one");
    }

    /// <summary>Reads nothing, as a try.</summary>
    /// <exception cref="RedisReplyException">Entries may not be read.</exception>
    public Task MustReadAsync(CancellationToken stop) => CallAsync(new RespCommand("XREAD", "COUNT", "1", "STREAMS", stream, "$") { Target = stream }, stop);

    /// <summary>Whether the stream holds an entry after <paramref name="after"/>.</summary>
    public async Task<bool> HasAfterAsync(EntryId after, CancellationToken stop)
    {
        var command = new RespCommand("XRANGE", stream, after.Next.ToString(), "+", "COUNT", "1") { Target = stream };
        return (await CallAsync(command, stop).ConfigureAwait(false)).Items.Count > 0;
    }

    private Task<RespValue> CallAsync(RespCommand command, CancellationToken stop) =>
        asks ? connection.CallAsync(stop, new RespCommand("ASKING"), command) : connection.CallAsync(stop, command);

    private IOException Unexpected(string command) => new($"Redis at {connection.Where} answered {command} with what is not understood; is it a Redis of 5.0 or later?");
}
