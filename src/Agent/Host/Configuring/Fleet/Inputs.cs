namespace Towncrier.Host.Configuring.Fleet;

/// <summary>A broker that messages come from.</summary>
/// <param name="Kind">As in the file: <c>redis</c>.</param>
/// <param name="Labels">What its channels are called in positions and metrics; no two sources may share one.</param>
/// <param name="Shown">Where it is, for people, without a secret.</param>
/// <param name="OnGap">What is done when messages of it may have been lost.</param>
/// <param name="Open">Makes the source, not yet connected.</param>
internal sealed record SourceInput(string Kind, IReadOnlyList<string> Labels, string Shown, GapPolicy OnGap, Func<TimeProvider, IInvalidationSource> Open)
{
    /// <summary>What the file calls it; null when it does not say.</summary>
    public string? Name { get; init; }

    /// <summary>The same by a name, which stands in its labels.</summary>
    public SourceInput Called(string name) => this with
    {
        Name = name,
        Labels = [.. Labels.Select(label => NamedSource.Label(name, Kind, label))],
        Open = clock => new NamedSource(name, Open(clock)),
    };

    /// <summary>The provider's own, for what only that provider can do.</summary>
    public required object Options { get; init; }

    /// <summary>Its settings as lines of YAML, without secrets; they read back to the same.</summary>
    public required IReadOnlyList<string> Yaml { get; init; }

    /// <summary>What a publisher sends to arrives here: a relay between the two would go in circles. By its <see cref="PublisherInput.Place"/>.</summary>
    public Func<string, bool> Hears { get; init; } = _ => false;

    /// <summary>
    /// Removes what the agent made for this host at the broker, and says its name and whether it was there; null where it makes
    /// nothing. Called without an agent running. Throws <see cref="IOException"/> when it was refused; calling it again does the rest.
    /// </summary>
    public Func<TimeProvider, CancellationToken, Task<(string Name, bool WasThere)>>? Leave { get; init; }

    /// <summary>Sends to what this source listens to; null where the configuration does not say how.</summary>
    public PublisherInput? Back { get; init; }
}

/// <summary>A broker that messages, or receipts, are sent to.</summary>
/// <param name="Kind">As in the file: <c>redis</c>.</param>
/// <param name="Shown">Where it is, for people, without a secret.</param>
/// <param name="Open">Makes the publisher, not yet connected.</param>
internal sealed record PublisherInput(string Kind, string Shown, Func<TimeProvider, IInvalidationPublisher> Open)
{
    /// <inheritdoc cref="SourceInput.Options"/>
    public required object Options { get; init; }

    /// <inheritdoc cref="SourceInput.Yaml"/>
    public required IReadOnlyList<string> Yaml { get; init; }

    /// <summary>Where it sends, so that the same place is the same text: <c>redis://127.0.0.1:6379/#channel:varnish.purge</c>. See <see cref="SourceInput.Hears"/>.</summary>
    public string Place { get; init; } = "";

    /// <summary>Reads receipts that are sent there; null where they cannot be read.</summary>
    public ReceiptsInput? Receipts { get; init; }
}

/// <summary>Where receipts are read.</summary>
/// <param name="Open">Makes the source, not yet connected.</param>
internal sealed record ReceiptsInput(Func<TimeProvider, IInvalidationSource> Open)
{
    /// <summary>The position of a time, to read from; null where nothing is seen but what comes, in no order to rely on.</summary>
    public Func<DateTimeOffset, string>? Since { get; init; }

    /// <summary>Each receipt is handed to one reader alone: those of other publications have to be handed back.</summary>
    public bool OneReader { get; init; }
}
