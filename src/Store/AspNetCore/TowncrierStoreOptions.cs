using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Receiving;

namespace Towncrier.Store.AspNetCore;

/// <summary>How an application's disk store is set up: <see cref="StoreOptions"/>, as configuration is bound and code writes it. All that is wrong with it is told at the start.</summary>
public sealed class TowncrierStoreOptions
{
    private readonly List<Func<IServiceProvider, SourceSetup>> _sources = [];
    private readonly List<Func<IServiceProvider, IInvalidationPublisher>> _publishers = [];
    private Func<IServiceProvider, IInvalidationPublisher>? _receipts;
    private Func<IServiceProvider, ClusterOptions>? _cluster;

    /// <inheritdoc cref="StoreOptions.Directory"/>
    public string Directory { get; set; } = "";

    /// <inheritdoc cref="StoreOptions.StateDirectory"/>
    public string? StateDirectory { get; set; }

    /// <inheritdoc cref="StoreOptions.Workers"/>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <inheritdoc cref="StoreOptions.MaxBodyBytes"/>
    public long MaxBodyBytes { get; set; } = 1 << 30;

    /// <inheritdoc cref="StoreOptions.Limits"/>
    public CacheLimits Limits { get; set; } = new();

    /// <summary>
    /// How long an invalidation stays armed against what is stored after it and was made from what was true before: that is kept
    /// meanwhile, and goes once when the time is over. Default 10 s, and zero, which turns it off, for a distributed cache's own store.
    /// </summary>
    public TimeSpan Fence { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="StoreOptions.Name"/>
    public string Name { get; set; } = Environment.MachineName;

    /// <inheritdoc cref="StoreOptions.Admission"/>
    public AdmissionPolicy Admission { get; set; } = new();

    /// <inheritdoc cref="StoreOptions.Signer"/>
    public MessageSigner? Signer { get; set; }

    /// <summary>Adds a source of invalidations. Whoever made it disposes of it.</summary>
    public TowncrierStoreOptions AddSource(IInvalidationSource source, GapPolicy onGap = GapPolicy.Warn) => AddSource(_ => source, onGap);

    /// <summary>Adds a source that is made, or found among the services, when the store is opened. The store does not dispose of it.</summary>
    public TowncrierStoreOptions AddSource(Func<IServiceProvider, IInvalidationSource> source, GapPolicy onGap = GapPolicy.Warn)
    {
        ArgumentNullException.ThrowIfNull(source);
        _sources.Add(services => new SourceSetup(source(services), onGap));
        return this;
    }

    /// <summary>Adds a publisher that this application's invalidations are sent to. Whoever made it disposes of it.</summary>
    public TowncrierStoreOptions AddPublisher(IInvalidationPublisher publisher) => AddPublisher(_ => publisher);

    /// <summary>Adds a publisher that is made, or found among the services, when the store is opened. The store does not dispose of it.</summary>
    public TowncrierStoreOptions AddPublisher(Func<IServiceProvider, IInvalidationPublisher> publisher)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        _publishers.Add(publisher);
        return this;
    }

    /// <summary>Sends a receipt of each message to a publisher, as agents do, so that <c>towncrier publish --wait</c> counts this node. Whoever made it disposes of it.</summary>
    public TowncrierStoreOptions SendReceipts(Func<IServiceProvider, IInvalidationPublisher> publisher)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        _receipts = publisher;
        return this;
    }

    /// <summary>
    /// Shares what is stored with other nodes; peers reach it by <c>app.MapTowncrierPeers(PREFIX)</c>. Whoever made its source and its
    /// publisher disposes of them.
    /// </summary>
    public TowncrierStoreOptions UseCluster(Func<IServiceProvider, ClusterOptions> cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        return this;
    }

    /// <param name="services">Asked for sources and publishers; null for what can be judged without.</param>
    internal StoreOptions ToStore(IServiceProvider? services) => new()
    {
        Directory = Directory,
        StateDirectory = string.IsNullOrWhiteSpace(StateDirectory) ? null : StateDirectory,
        Workers = Workers,
        MaxBodyBytes = MaxBodyBytes,
        Limits = Limits,
        Fence = Fence,
        Name = Name,
        Admission = Admission,
        Signer = Signer,
        Receipts = services is null ? null : _receipts?.Invoke(services),
        Sources = services is null ? [] : [.. _sources.Select(make => make(services))],
        Publishers = services is null ? [] : [.. _publishers.Select(make => make(services))],
        Cluster = services is null ? null : _cluster?.Invoke(services),
    };
}
