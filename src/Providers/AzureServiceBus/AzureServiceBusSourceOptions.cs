namespace Towncrier.Providers.AzureServiceBus;

/// <summary>One subscription to read, and how.</summary>
public sealed record AzureServiceBusSourceOptions
{
    public required ServiceBusAddress Address { get; init; }

    /// <summary>Default: the connection string's EntityPath, else <c>towncrier</c>.</summary>
    public string? Topic { get; init; }

    /// <summary>A provisioned subscription. Null: the agent makes its own, <c>FLEET-HOST</c>, which needs the claim Manage.</summary>
    public string? Subscription { get; init; }

    /// <summary>The fleet's name, in the names of subscriptions that agents make.</summary>
    public string Fleet { get; init; } = "default";

    /// <summary>This host's name, in the name of the subscription it makes.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>A SQL filter for the subscription the agent makes, such as <c>towncrier_host = 'www.example.org'</c>; null: everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Long polls at a time, each for one message. Default 2: one message is fetched while the other's answer is on its way.</summary>
    public int Pollers { get; init; } = 2;

    /// <summary>Most messages received and not yet settled; no more are asked for while there are so many. Default 1,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>How long a poll waits for a message, in whole seconds. Default 55 s, below the minute after which Service Bus ends it: fewer empty polls to pay for.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(55);

    /// <summary>Of a subscription that the agent makes: how long a message stays locked; renewed while it is applied. Default 30 s: what a dying agent held comes again after that.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of a subscription that the agent makes: deliveries of a message before it goes to the dead letters. Default 10, Service Bus's own.</summary>
    public int MostDeliveries { get; init; } = 10;

    /// <summary>
    /// Of a subscription that the agent makes: how long it keeps messages, and how long it stays when nobody reads it. Default 4 days,
    /// as for the queues that agents make at AWS; one that goes when its messages have gone loses nothing that was not lost already.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(4);

    /// <summary>How long beyond <see cref="Wait"/> an answer may take before the connection counts as dead. Default 10 s.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of a call that is tried again; doubled each time. Default 0.8 s, that of Azure's SDKs.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.8);

    internal string TopicName => Topic ?? Address.EntityPath ?? "towncrier";

    internal string SubscriptionName => Subscription ?? Subscriptions.SubscriptionName.Of(Fleet, Host);

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in TopicProblems("topic", Topic ?? "towncrier", Topic, Address)) yield return problem;
        if (Subscription is not null && EntityNames.ProblemOfSubscription(Subscription) is { } name) yield return name;
        if (!EntityNames.IsLabel(Fleet, 40, "-_") || !char.IsAsciiLetterOrDigit(Fleet[0])) yield return "azure_service_bus.fleet must have 1..40 letters, digits, - and _, the first a letter or digit";
        if (Subscription is null && !EntityNames.IsLabel(Host, 253, "-_.")) yield return "name must have 1..253 letters, digits, -, _ and . where the agent makes its own subscription";
        if (Filter is not null && Subscription is not null) yield return "azure_service_bus.filter is for 'subscription: auto'; the rules of a subscription that is named are its maker's";
        if (Filter is { Length: < 1 or > 1024 }) yield return "azure_service_bus.filter must have 1..1024 characters, as Service Bus takes it";
        if (Pollers is < 1 or > 64) yield return "azure_service_bus.pollers must be 1..64";
        if (Window is < 10 or > 100_000) yield return "azure_service_bus.window must be 10..100000";
        if (Wait < TimeSpan.FromSeconds(1) || Wait > TimeSpan.FromSeconds(55) || !IsWhole(Wait)) yield return "azure_service_bus.wait must be 1s..55s, in whole seconds";
        if (Lock < TimeSpan.FromSeconds(5) || Lock > TimeSpan.FromMinutes(5) || !IsWhole(Lock)) yield return "azure_service_bus.lock must be 5s..5m, in whole seconds";
        if (MostDeliveries is < 1 or > 2000) yield return "azure_service_bus.most_deliveries must be 1..2000";
        if (Retention < TimeSpan.FromMinutes(5) || Retention > TimeSpan.FromDays(90) || !IsWhole(Retention)) yield return "azure_service_bus.retention must be 5m..90d: Service Bus removes no subscription that was idle for less";
    }

    /// <summary>Without secrets: the address has none in its text.</summary>
    public override string ToString() => $"{Address}/{TopicName}/{SubscriptionName}";

    internal static IEnumerable<string> TopicProblems(string setting, string name, string? given, ServiceBusAddress address)
    {
        if (EntityNames.ProblemOfTopic(setting, name) is { } problem) yield return problem;
        else if (address.EntityPath is { } path && given is not null && !string.Equals(path, given, StringComparison.OrdinalIgnoreCase))
            yield return $"azure_service_bus.{setting} is {given}, and the connection string is for {path} alone (EntityPath): leave {setting} out, or take a connection string of the namespace";
    }

    private static bool IsWhole(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0;
}
