using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent;

/// <summary>Everything a relay is made of. Checked by whoever reads the configuration.</summary>
public sealed record RelaySetup
{
    public required IReadOnlyList<RelaySource> Sources { get; init; }

    public required IReadOnlyList<RelayTarget> Targets { get; init; }

    public required IReadOnlyList<RelayRoute> Routes { get; init; }

    /// <summary>Who may send what through this relay.</summary>
    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>This relay's name in <c>via</c>. Unique among all relays that messages may pass; kept over restarts.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Where the journal is kept; one relay at a time.</summary>
    public required string StateDirectory { get; init; }

    public WireLimits Limits { get; init; } = WireLimits.Default;
}

/// <summary>Where a relay's messages come from.</summary>
/// <param name="Name">As routes and <c>via</c> name it; unique in this relay, and no longer than 60 characters.</param>
public sealed record RelaySource(string Name, IInvalidationSource Source, GapPolicy OnGap = GapPolicy.Warn);

/// <summary>Where a relay sends messages.</summary>
/// <param name="Name">As routes name it; unique in this relay.</param>
/// <param name="Publisher">The owner disposes of it.</param>
/// <param name="HeardBy">Names of this relay's sources to which what is sent here comes back. What came from one of them is not sent here.</param>
public sealed record RelayTarget(string Name, IInvalidationPublisher Publisher, IReadOnlyList<string> HeardBy);

/// <summary>From one source to some targets, as far as the filters go. Each filter that is empty lets everything pass.</summary>
/// <param name="From">A source's name.</param>
/// <param name="To">Names of targets.</param>
public sealed record RelayRoute(string From, IReadOnlyList<string> To)
{
    /// <summary>Only messages that can mean one of these hosts, names or <c>*.domain</c>; one that names no host means any.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Only these commands.</summary>
    public IReadOnlyList<InvalidationCommand> Commands { get; init; } = [];

    /// <summary>What the agents behind the targets are, by label: only messages whose audience does not exclude all of them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Audience { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Most messages a second, over any second; further ones wait. Null: no limit.</summary>
    public int? Rate { get; init; }
}
