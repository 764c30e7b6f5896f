namespace Towncrier.Host.Publishing;

/// <summary>What <c>towncrier publish</c> was asked to do.</summary>
internal sealed record PublishRequest
{
    public required IReadOnlyList<Invalidation> Messages { get; init; }

    /// <summary>The configuration file; null: the environment's, if it names one.</summary>
    public string? Config { get; init; }

    /// <summary>The publisher's name in the configuration; null when there is only one.</summary>
    public string? To { get; init; }

    /// <summary>A Redis that no configuration names.</summary>
    public string? RedisUrl { get; init; }

    /// <summary>Overrides the publisher's channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Overrides the publisher's stream.</summary>
    public string? Stream { get; init; }

    /// <summary>Wait for the agents' receipts.</summary>
    public bool Wait { get; init; }

    /// <summary>How many agents must answer, or their names with commas between; null: those that are known.</summary>
    public string? Expect { get; init; }

    /// <summary>How long to wait for receipts.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where receipts are read, when the configuration does not say: a stream of the same Redis.</summary>
    public string? ReceiptsStream { get; init; }

    /// <summary>The id of the key to sign with.</summary>
    public string? SignKey { get; init; }

    /// <summary>The file with the key's secret.</summary>
    public string? SecretFile { get; init; }

    public bool Json { get; init; }
}
