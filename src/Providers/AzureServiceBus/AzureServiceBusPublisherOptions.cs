namespace Towncrier.Providers.AzureServiceBus;

/// <summary>One topic, or one queue, to send to.</summary>
public sealed record AzureServiceBusPublisherOptions
{
    public required ServiceBusAddress Address { get; init; }

    /// <summary>Default, without a <see cref="Queue"/>: the connection string's EntityPath, else <c>towncrier</c>.</summary>
    public string? Topic { get; init; }

    /// <summary>A queue that is sent to instead of a topic, as receipts are.</summary>
    public string? Queue { get; init; }

    /// <summary>The largest message of the namespace, with what goes beside its body. Default 256 KiB, the standard tier's; premium takes 1 MiB over HTTPS.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>Of a call that is tried again; doubled each time. Default 0.8 s, that of Azure's SDKs.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>Where it sends, so that the same topic or queue is the same text: <c>azure://HOST/ENTITY</c>. Service Bus tells no case apart.</summary>
    public string Place => $"azure://{Address.Host}/{Entity.ToLowerInvariant()}";

    internal string Entity => Queue ?? Topic ?? Address.EntityPath ?? "towncrier";

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Topic is not null && Queue is not null) yield return "azure_service_bus has both a topic and a queue to publish to; keep one of them";
        foreach (var problem in AzureServiceBusSourceOptions.TopicProblems(Queue is null ? "topic" : "queue", Queue ?? Topic ?? "towncrier", Queue ?? Topic, Address)) yield return problem;
        if (MaxMessageBytes is < 64 * 1024 or > 1024 * 1024) yield return "azure_service_bus.max_message_bytes must be 65536..1048576, as a tier of Service Bus takes it over HTTPS";
    }

    /// <summary>Without secrets: the address has none in its text.</summary>
    public override string ToString() => $"{Address}/{Entity}";
}
