using Towncrier.Agent.Receiving;
using Towncrier.Providers.Redis;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>What connects this host to others: where messages come from and go to, and who may send them.</summary>
internal sealed record FleetOptions
{
    public IReadOnlyList<RedisInput> Redis { get; init; } = [];

    /// <summary>Caches purged over the network, beside the directories.</summary>
    public IReadOnlyList<VarnishOptions> Targets { get; init; } = [];

    /// <summary>What <c>towncrier publish</c> can send to, by name.</summary>
    public IReadOnlyDictionary<string, RedisPublisherOptions> Publishers { get; init; } = new Dictionary<string, RedisPublisherOptions>();

    /// <summary>Where agents answer; null: they do not.</summary>
    public RedisPublisherOptions? Receipts { get; init; }

    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>This agent's name in receipts and to an audience; null: the machine's.</summary>
    public string? Name { get; init; }
}

/// <summary>A Redis that messages come from.</summary>
internal sealed record RedisInput(RedisSourceOptions Options, GapPolicy OnGap);
