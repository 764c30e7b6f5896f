namespace Towncrier.Agent.Relaying;

/// <summary>How one target of a relay is doing.</summary>
/// <param name="Name">As routes name it.</param>
/// <param name="Place">Where it is, for people.</param>
public sealed record TargetState(string Name, string Place)
{
    /// <summary>It took a message since the relay started.</summary>
    public bool Reached { get; init; }

    /// <summary>Why it did not take the last one; null when it did, or none was sent.</summary>
    public string? Trouble { get; init; }

    /// <summary>Messages that wait for it or are being sent.</summary>
    public int Waiting { get; init; }
}
