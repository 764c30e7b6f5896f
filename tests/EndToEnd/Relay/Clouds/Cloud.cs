namespace Towncrier.EndToEnd.Relay.Clouds;

/// <summary>A place that messages live in: how hosts and relays read there and send there, and how to break it.</summary>
/// <param name="Name">Redis, aws, azure or rabbit; as sources and publishers of relays are called.</param>
/// <param name="Source">A source of an agent, as in its file.</param>
/// <param name="RelaySource">The relay's own source; it must not take what the agents get.</param>
/// <param name="Publisher">As in a relay's file.</param>
internal sealed record Cloud(string Name, string Source, string RelaySource, string Publisher)
{
    /// <summary>Publishes messages as a CMS of this place would.</summary>
    public required Func<IReadOnlyList<string>, Task> PublishAsync { get; init; }

    /// <summary>Takes the broker away and brings it back with what it held.</summary>
    public required Func<Task> RestartAsync { get; init; }
}
