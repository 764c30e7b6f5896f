using System.Globalization;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>Asks sentinels for their master, one after the other. Nothing is remembered: after a failover the answer is another.</summary>
internal sealed class Sentinels(DialOptions options, Func<RedisNode?, DialOptions, CancellationToken, Task<RedisConnection>> open)
{
    /// <summary>What the first sentinel that knows the master says.</summary>
    /// <exception cref="IOException">None does; the message holds each one's reason.</exception>
    public async Task<RedisNode> FindMasterAsync(CancellationToken cancel)
    {
        var problems = new List<string>();
        foreach (var sentinel in options.Address.Nodes)
        {
            try
            {
                if (await AskAsync(sentinel, cancel).ConfigureAwait(false) is { } master) return master;
                problems.Add($"{sentinel} knows no master {options.Address.MasterName}");
            }
            catch (IOException e)
            {
                problems.Add($"{sentinel}: {e.Message}");
            }
        }

        throw new IOException($"no sentinel names the master {options.Address.MasterName}: {string.Join("; ", problems)}");
    }

    /// <summary>A sentinel may not know yet that its master is one no more.</summary>
    public static async Task VerifyAsync(RedisConnection connection, CancellationToken cancel)
    {
        var role = await connection.CallAsync(cancel, new RespCommand("ROLE")).ConfigureAwait(false);
        if (role.Items is not [var first, ..] || !first.Is("master"u8))
            throw new IOException($"Redis at {connection.Where} is not the master, though a sentinel says so; the failover is not over");
    }

    private async Task<RedisNode?> AskAsync(RedisNode sentinel, CancellationToken cancel)
    {
        var address = options.Address;
        var how = options with
        {
            Password = address.SentinelPassword,
            Address = new RedisAddress { Nodes = [sentinel], Tls = address.Tls, CaFile = address.CaFile, User = address.SentinelUser },
        };
        var connection = await open(sentinel, how, cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var answer = await connection.CallAsync(cancel, new RespCommand("SENTINEL", "get-master-addr-by-name", address.MasterName!)).ConfigureAwait(false);
            return answer.Items is [var host, var port] && int.TryParse(port.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new RedisNode(host.Text, number)
                : null;
        }
    }
}
