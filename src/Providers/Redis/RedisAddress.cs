using System.Diagnostics.CodeAnalysis;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis;

/// <summary>Where a Redis is and who we are to it, as read from a URL. Immutable.</summary>
public sealed class RedisAddress
{
    internal RedisAddress()
    {
    }

    /// <summary>The servers: one, or the sentinels to ask. Empty for a unix socket.</summary>
    internal IReadOnlyList<RedisNode> Nodes { get; init; } = [];

    internal string? SocketPath { get; init; }

    /// <summary>What the sentinels call the master; null without sentinels.</summary>
    internal string? MasterName { get; init; }

    internal bool Tls { get; init; }

    /// <summary>A PEM file of the authorities to trust instead of the system's.</summary>
    internal string? CaFile { get; init; }

    internal string? User { get; init; }

    internal string? Password { get; init; }

    internal string? SentinelUser { get; init; }

    internal string? SentinelPassword { get; init; }

    internal int Database { get; init; }

    /// <summary>
    /// Reads <c>redis://[user:password@]host[:6379][/db]</c>, the same with <c>rediss://</c> for TLS (<c>?ca=file</c> names
    /// its authorities), <c>unix:///path[?db=n]</c> or <c>redis+unix://</c>, and
    /// <c>redis+sentinel://[user:password@]host[:26379],.../master[/db]</c> (<c>rediss+sentinel://</c> for TLS; the
    /// sentinels' own <c>?sentinel_user=</c> and <c>?sentinel_password=</c>). User, password and query are
    /// percent-decoded. Pure; never throws; <paramref name="problem"/> never holds the password.
    /// </summary>
    public static bool TryParse(string? url, [NotNullWhen(true)] out RedisAddress? address, out string problem) =>
        AddressParser.TryParse(url, out address, out problem);

    /// <summary>As a URL, without user and password.</summary>
    public override string ToString()
    {
        var scheme = (Tls ? "rediss" : "redis") + (MasterName is null ? "" : "+sentinel");
        return SocketPath is not null ? $"unix://{SocketPath}?db={Database}"
            : MasterName is not null ? $"{scheme}://{string.Join(',', Nodes)}/{MasterName}/{Database}"
            : $"{scheme}://{Nodes[0]}/{Database}";
    }
}
