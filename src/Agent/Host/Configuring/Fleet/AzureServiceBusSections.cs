using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.AzureServiceBus;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>azure_service_bus:</c> sections of sources, publishers and receipts.</summary>
internal static class AzureServiceBusSections
{
    /// <summary>What stands for a subscription that the agent makes for itself.</summary>
    public const string Auto = "auto";

    private const string SourceExample = "Such as 'azure_service_bus: { namespace: contoso.servicebus.windows.net, topic: towncrier, subscription: auto, fleet: www }'";

    private const string PublisherExample = "Such as 'azure_service_bus: { namespace: contoso.servicebus.windows.net, topic: towncrier }'";

    private const string WhereExample = "Write 'namespace: contoso.servicebus.windows.net' for Microsoft Entra, or 'connection_string_file: FILE'";

    /// <summary>A source; null when it cannot be used, with a problem added.</summary>
    /// <param name="host">This agent's name, for the subscription it makes.</param>
    public static SourceInput? Source(YamlSection section, string host, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var address = Address(section, problems);
        var subscription = section.Text("subscription");
        if (subscription is null && !problems.Skip(before).Any(problem => problem.What.Contains("subscription", StringComparison.Ordinal)))
            problems.Add(new ConfigProblem(section.Where, "an azure_service_bus source has no subscription", "Write 'subscription: auto' for one that the agent makes, or the name of one that is there for this host"));
        var defaults = new AzureServiceBusSourceOptions { Address = null! }; // set below
        var options = defaults with
        {
            Topic = section.Text("topic")?.Value,
            Subscription = subscription is { Value: not Auto } named ? named.Value : null,
            Fleet = section.Text("fleet")?.Value ?? defaults.Fleet,
            Host = host,
            Filter = section.Text("filter")?.Value,
            Pollers = Numbers.Whole(section, "pollers", defaults.Pollers, problems),
            Window = Numbers.Whole(section, "window", defaults.Window, problems),
            Wait = Numbers.Duration(section, "wait", defaults.Wait, problems),
            Lock = Numbers.Duration(section, "lock", defaults.Lock, problems),
            MostDeliveries = Numbers.Whole(section, "most_deliveries", defaults.MostDeliveries, problems),
            Retention = Numbers.Duration(section, "retention", defaults.Retention, problems),
        };
        var gap = GapSetting.Read(section, problems);
        section.Finish();
        if (address is not { } known) return null;
        options = options with { Address = known.Address };
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, SourceExample)));
        return problems.Count > before ? null : AzureServiceBusInputs.Source(options, known.File, gap);
    }

    /// <inheritdoc cref="Source"/>
    public static PublisherInput? Publisher(YamlSection section, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var address = Address(section, problems);
        var defaults = new AzureServiceBusPublisherOptions { Address = null! }; // set below
        var options = defaults with
        {
            Topic = section.Text("topic")?.Value,
            Queue = section.Text("queue")?.Value,
            MaxMessageBytes = Numbers.Whole(section, "max_message_bytes", defaults.MaxMessageBytes, problems),
        };
        section.Finish();
        if (address is not { } known) return null;
        options = options with { Address = known.Address };
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, PublisherExample)));
        return problems.Count > before ? null : AzureServiceBusInputs.Publisher(options, known.File);
    }

    /// <summary>A queue that agents send to, and publishers read.</summary>
    public static PublisherInput? Receipts(YamlSection section, List<ConfigProblem> problems)
    {
        var (topic, queue) = (section.Text("topic"), section.Text("queue"));
        if (topic is not null || queue is null)
            problems.Add(new ConfigProblem(topic?.Where ?? section.Where, "receipts are read from a queue, and none is named", "Write 'queue: NAME', a queue that agents may send to and publishers may read"));
        var input = Publisher(section, problems);
        return topic is null && queue is not null ? input : null;
    }

    // The file's name stays, for the effective configuration; what is in it never leaves the address.
    private static (ServiceBusAddress Address, string? File)? Address(YamlSection section, List<ConfigProblem> problems)
    {
        var (name, file) = (section.Text("namespace"), section.Text("connection_string_file"));
        if (name is null == file is null)
        {
            problems.Add(new ConfigProblem(section.Where, name is null ? "nothing says which namespace of Service Bus is meant" : "namespace and connection_string_file are both given", WhereExample));
            return null;
        }

        if (name is { } given)
        {
            if (given.Value.Contains("SharedAccess", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(new ConfigProblem(given.Where, "azure_service_bus.namespace: here is a connection string", "Write it into a file, and name that by 'connection_string_file: FILE'"));
                return null;
            }

            if (ServiceBusAddress.TryNamed(given.Value, out var named, out var what)) return (named, null);
            problems.Add(new ConfigProblem(given.Where, "azure_service_bus.namespace: " + what, WhereExample));
            return null;
        }

        if (SecretFile.Read(file!.Value, "connection string", problems) is not { } text) return null;
        if (ServiceBusAddress.TryParse(text, out var address, out var problem)) return (address, file.Value.Value);
        problems.Add(new ConfigProblem(file.Value.Where, $"{file.Value.Value}: {problem}", "Copy the connection string of a shared access policy as the portal shows it"));
        return null;
    }
}
