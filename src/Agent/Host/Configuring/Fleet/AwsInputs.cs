using Towncrier.Agent;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>SNS and SQS as a source, a publisher and a place of receipts.</summary>
internal static class AwsInputs
{
    public static SourceInput Source(AwsSourceOptions options, GapPolicy gap)
    {
        return new SourceInput("aws", [AwsSource.ChannelOf(options)], options.Queue ?? options.Topic!, gap, clock => new AwsSource(options, clock, new Random()))
        {
            Options = options,
            Yaml = [.. Yaml(options), GapSetting.Write(gap)],
            Hears = place => place == PlaceOf(options.Topic) || place == PlaceOf(options.Queue),
            Leave = options.Queue is null ? (clock, cancel) => LeaveAsync(options, clock, cancel) : null,
            Back = options.Topic is { } topic ? Publisher(new AwsPublisherOptions { Access = options.Access, Topic = topic }) : null,
        };
    }

    public static PublisherInput Publisher(AwsPublisherOptions options)
        => new("aws", (options.Topic ?? options.Queue)!, clock => new AwsPublisher(options, clock, new Random()))
        {
            Options = options,
            Yaml = [.. Yaml(options)],
            Place = PlaceOf(options.Topic ?? options.Queue)!,
            Receipts = options.Queue is null ? null : new ReceiptsInput(clock => new AwsReceipts(options, clock, new Random())) { OneReader = true },
        };

    private static async Task<(string Name, bool WasThere)> LeaveAsync(AwsSourceOptions options, TimeProvider clock, CancellationToken cancel)
    {
        using var door = new AwsFleet(options.Access, options.Fleet, clock, new Random());
        return await door.LeaveAsync(options.Host, options.Topic!.EndsWith(".fifo", StringComparison.Ordinal), cancel).ConfigureAwait(false);
    }

    // A topic has one name, its ARN. A queue has three; whoever names it in two ways names two places.
    private static string? PlaceOf(string? topicOrQueue) => topicOrQueue is null ? null : "aws:" + topicOrQueue;

    private static IEnumerable<string> Yaml(AwsSourceOptions options)
    {
        foreach (var line in Yaml(options.Access, options.Topic)) yield return line;
        yield return $"queue: {FleetYaml.Quote(options.Queue ?? AwsSections.Auto)}";
        yield return $"fleet: {FleetYaml.Quote(options.Fleet)}";
        if (options.FilterPolicy is { } filter) yield return $"filter_policy: {FleetYaml.Quote(filter)}";
        yield return $"loops: {options.Loops}";
        yield return $"window: {options.Window}";
        yield return $"visibility: {Durations.Write(options.Visibility)}";
        yield return $"wait: {Durations.Write(options.Wait)}";
        if (options.Queue is not null) yield break; // the rest is about a queue that the agent makes
        yield return $"most_receives: {options.MostReceives}";
        yield return $"retention: {Durations.Write(options.Retention)}";
        yield return $"heartbeat: {Durations.Write(options.Beat)}";
    }

    private static IEnumerable<string> Yaml(AwsPublisherOptions options)
    {
        foreach (var line in Yaml(options.Access, options.Topic)) yield return line;
        if (options.Queue is { } queue) yield return $"queue: {FleetYaml.Quote(queue)}";
        yield return $"group: {FleetYaml.Quote(options.Group)}";
    }

    private static IEnumerable<string> Yaml(AwsAccess access, string? topic)
    {
        yield return access.Region is { } region ? $"region: {FleetYaml.Quote(region)}" : "# region: as the environment, the profile or the instance says";
        if (access.Endpoint is { } endpoint) yield return $"endpoint: {FleetYaml.Quote(endpoint.OriginalString)}";
        if (access.Profile is { } profile) yield return $"profile: {FleetYaml.Quote(profile)}";
        if (topic is not null) yield return $"topic: {FleetYaml.Quote(topic)}";
    }
}
