using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Receiving;

namespace Towncrier.Store;

/// <summary>How a disk store is set up.</summary>
public sealed record StoreOptions
{
    /// <summary>Where objects are kept: made if it is not there, and one store's alone. Never a directory that nginx writes to.</summary>
    public required string Directory { get; init; }

    /// <summary>Where the journal of invalidations is kept; null for the directory's path with <c>.state</c> behind it.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>Puts that write at the same time. Default: as many as there are processors.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The longest body that is stored, in bytes. Default 1 GiB.</summary>
    public long MaxBodyBytes { get; init; } = 1 << 30;

    /// <summary>How large the store may grow and how it is kept tidy; <see cref="DiskStore.Limits"/> replaces them while it runs.</summary>
    public CacheLimits Limits { get; init; } = new();

    /// <summary>
    /// How long an invalidation stays armed against objects that are put after it and were made from what was true before.
    /// What is put meanwhile is kept, and goes once when the time is over. Default 10 s; zero turns it off.
    /// </summary>
    public TimeSpan Fence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where invalidations come from, beside this process. The owner disposes of them.</summary>
    public IReadOnlyList<SourceSetup> Sources { get; init; } = [];

    /// <summary>Where invalidations of this process are sent, for the other nodes and nginx. The owner disposes of them.</summary>
    public IReadOnlyList<IInvalidationPublisher> Publishers { get; init; } = [];

    /// <summary>Signs what the publishers are given, where other nodes or agents ask for signatures; null: nothing is signed.</summary>
    public MessageSigner? Signer { get; init; }

    /// <summary>Who may invalidate what here, by the sources, and what this node is to an audience. This process itself may do all.</summary>
    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>Where each message's receipt is sent, for publishers that wait; null: nowhere. The owner disposes of it.</summary>
    public IInvalidationPublisher? Receipts { get; init; }

    /// <summary>This node's name: the host's, unless told otherwise.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Shares objects with other nodes; null for a store by itself.</summary>
    public ClusterOptions? Cluster { get; init; }

    internal string State => StateDirectory ?? Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory)) + ".state";

    /// <summary>Everything that is wrong with the options, in words; none when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Directory)) yield return "Directory is empty: name the folder that objects are kept in";
        else if (IsBelow(State, Path.GetFullPath(Directory))) yield return $"StateDirectory {State} lies in Directory: keep the journal outside of the cache";
        if (Workers is < 1 or > 1024) yield return $"Workers is {Workers}; it must be 1 to 1024";
        foreach (var problem in Limits?.Problems() ?? ["Limits is null; CacheLimits.Off turns them off"]) yield return problem;
        if (MaxBodyBytes < 1) yield return $"MaxBodyBytes is {MaxBodyBytes}; it must be at least 1";
        if (Fence < TimeSpan.Zero || Fence > TimeSpan.FromHours(1)) yield return $"Fence is {Fence}; it must be 0 to 1 hour";
        foreach (var id in Admission.Keys.GroupBy(key => key.Id, StringComparer.Ordinal).Where(same => same.Count() > 1)) yield return $"Admission.Keys has the key {id.Key} twice";
        foreach (var key in Admission.Keys.Where(key => key.Secret.IsEmpty)) yield return $"Admission.Keys: the secret of {key.Id} is empty, and nothing can be signed with it";
        if (string.IsNullOrWhiteSpace(Name)) yield return "Name is empty";
        if (Cluster is not null && Fence < TimeSpan.FromSeconds(1)) yield return $"Fence is {Fence}; with a cluster it must be at least 1 s, for objects of peers arrive later than invalidations";
        foreach (var problem in Cluster?.Problems() ?? []) yield return problem;
    }

    private static bool IsBelow(string path, string folder)
        => (Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + "/").StartsWith(Path.TrimEndingDirectorySeparator(folder) + "/", StringComparison.Ordinal);
}
