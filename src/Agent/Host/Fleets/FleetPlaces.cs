using Towncrier.Agent;
using Towncrier.Host.Configuring;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Fleets;

/// <summary>A fleet's queues in one region.</summary>
internal sealed record FleetPlace(AwsAccess Access, string Fleet)
{
    /// <summary>How often a living host says so; null where no configuration tells.</summary>
    public TimeSpan? Beat { get; init; }

    public override string ToString() => $"fleet {Fleet} in {Access.Region ?? "the default region"}";
}

/// <summary>What <c>towncrier fleet</c> was asked about.</summary>
internal sealed record FleetRequest
{
    /// <summary>The configuration file; null: the environment's, if it names one.</summary>
    public string? Config { get; init; }

    /// <summary>Instead of the configuration's.</summary>
    public string? Region { get; init; }

    /// <summary>Instead of the configuration's.</summary>
    public string? Fleet { get; init; }

    public string? Endpoint { get; init; }

    public string? Profile { get; init; }

    public bool Json { get; init; }

    /// <summary>How long a host must be silent to be taken for dead; null when none is.</summary>
    public TimeSpan? UnreadFor { get; init; }
}

/// <summary>Which fleets a command is about: those of the configuration's aws sources, or the one the flags name.</summary>
internal static class FleetPlaces
{
    /// <summary>Each once; none with a problem added.</summary>
    public static IReadOnlyList<FleetPlace> Of(FleetRequest request, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        if (request is { Region: not null, Config: null }) return Named(request, problems);
        var (options, found) = AgentOptionsReader.ReadFleet(request.Config, environment);
        problems.AddRange(found);
        if (options is null) return [];
        List<FleetPlace> places = [.. options.Sources.Select(source => source.Options).OfType<AwsSourceOptions>()
            .GroupBy(source => new FleetPlace(source.Access, source.Fleet), (place, sources) => place with { Beat = sources.Max(source => source.Beat) })
            .Where(place => (request.Region ?? place.Access.Region) == place.Access.Region && (request.Fleet ?? place.Fleet) == place.Fleet)];
        if (places.Count == 0)
            problems.Add(new ConfigProblem("--config", "no aws source of the configuration is meant, and there are no other fleets to look at", "Give --config FILE with 'sources: [{aws: ..}]', or --region and --fleet"));
        foreach (var place in places)
            if (place.Beat is { } beat && request.UnreadFor < 2 * beat)
                problems.Add(new ConfigProblem("--unread-for", $"a living host of the {place} says so every {Durations.Write(beat)}, and would be taken for dead", $"Give {Durations.Write(2 * beat)} or more"));
        return places;
    }

    private static IReadOnlyList<FleetPlace> Named(FleetRequest request, List<ConfigProblem> problems)
    {
        Uri? endpoint = null;
        if (request.Fleet is null) problems.Add(new ConfigProblem("--fleet", "the region is named, but not the fleet", "Give --fleet NAME too"));
        if (request.Endpoint is { } text && (!Uri.TryCreate(text, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https")))
            problems.Add(new ConfigProblem("--endpoint", "this is not an http or https address", "Write http://127.0.0.1:4566"));
        return problems.Count > 0 ? [] : [new FleetPlace(new AwsAccess { Region = request.Region, Endpoint = endpoint, Profile = request.Profile }, request.Fleet!)];
    }
}
