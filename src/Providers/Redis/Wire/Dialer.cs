using System.Globalization;
using System.Net.Sockets;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>Opens connections that are logged in and at the right database. Keeps nothing; safe from several threads.</summary>
internal sealed class Dialer(DialOptions options, TimeProvider clock)
{
    private const string ClientName = "towncrier";
    private static readonly RespLimits Limits = new();

    /// <summary>To <paramref name="node"/>, or else to where the address says; sentinels are asked each time.</summary>
    /// <exception cref="IOException">It cannot be reached or does not let us in; the message says what to do.</exception>
    public async Task<RedisConnection> DialAsync(RedisNode? node, CancellationToken cancel)
    {
        var address = options.Address;
        var isMaster = node is null && address.MasterName is not null;
        if (isMaster) node = await new Sentinels(options, OpenAsync).FindMasterAsync(cancel).ConfigureAwait(false);
        var connection = await OpenAsync(node ?? (address.Nodes.Count > 0 ? address.Nodes[0] : null), options, cancel).ConfigureAwait(false);
        try
        {
            if (isMaster) await Sentinels.VerifyAsync(connection, cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<RedisConnection> OpenAsync(RedisNode? node, DialOptions how, CancellationToken cancel)
    {
        var where = node?.ToString() ?? how.Address.SocketPath!;
        using var timer = new CancellationTokenSource(how.ConnectTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        Stream? stream = null;
        try
        {
            stream = await Transport.OpenAsync(node, how.Address, both.Token).ConfigureAwait(false);
            var connection = new RedisConnection(stream, where, node?.Host ?? "", how, Limits, clock);
            await LogInAsync(connection, how, both.Token).ConfigureAwait(false);
            stream = null;
            return connection;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IOException($"Redis at {where} did not let us in within {how.ConnectTimeout.TotalSeconds:0.#} s; {(how.Address.Tls ? "does the port speak TLS?" : "is it up, and does a firewall drop the packets?")}");
        }
        catch (SocketException e)
        {
            throw new IOException($"cannot connect to Redis at {where}: {e.Message}; is it running, and is the address right?", e);
        }
        finally
        {
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task LogInAsync(RedisConnection connection, DialOptions how, CancellationToken cancel)
    {
        var logsIn = how.EffectivePassword is not null || how.Address.User is not null;
        string[] auth = logsIn ? ["AUTH", how.EffectiveUser, how.EffectivePassword ?? ""] : [];
        try
        {
            await connection.CallAsync(cancel, new RespCommand(["HELLO", "3", .. auth, "SETNAME", ClientName]) { Target = "" }).ConfigureAwait(false);
        }
        catch (RedisReplyException e) when (e.Code is "NOPROTO" or "ERR")
        {
            // Before Redis 6, or behind a proxy that is: RESP2, where a password stands alone unless a user is named.
            string[] login = how.Address.User is null ? ["AUTH", how.EffectivePassword ?? ""] : auth;
            if (logsIn) await connection.CallAsync(cancel, new RespCommand(login) { Target = "" }).ConfigureAwait(false);
        }

        if (how.Address.Database > 0)
            await connection.CallAsync(cancel, new RespCommand("SELECT", how.Address.Database.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
    }
}
