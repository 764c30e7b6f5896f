using Towncrier.Agent.Receiving;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>What connects this host to others: where messages come from and go to, and who may send them.</summary>
internal sealed record FleetOptions
{
    /// <summary>The brokers that messages come from, in the file's order.</summary>
    public IReadOnlyList<SourceInput> Sources { get; init; } = [];

    /// <summary>Caches purged over the network, beside the directories.</summary>
    public IReadOnlyList<VarnishOptions> Targets { get; init; } = [];

    /// <summary>What <c>towncrier publish</c> can send to, by name.</summary>
    public IReadOnlyDictionary<string, PublisherInput> Publishers { get; init; } = new Dictionary<string, PublisherInput>();

    /// <summary>Where agents answer; null: they do not.</summary>
    public PublisherInput? Receipts { get; init; }

    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>This agent's name in receipts and to an audience; null: the machine's.</summary>
    public string? Name { get; init; }

    /// <summary>Null: neither warms nor is warmed.</summary>
    public WarmOptions? Warm { get; init; }
}
