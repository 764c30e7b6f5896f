using Towncrier.Peers.ServiceBus;

namespace Towncrier.Peers;

/// <summary>
/// Azure Service Bus as its REST data plane and ATOM management show it, on loopback, all in memory, in this process. What
/// it says is by Microsoft's REST reference and by what its own clients expect (azure-sb, @azure/service-bus), which our
/// tests run against it. Not here: sessions (refused), transactions,
/// forwarding, rule actions (refused), duplicate detection, disabled entities, idle topics, AMQP.
/// </summary>
public sealed class ServiceBusServer : IAsyncDisposable
{
    private readonly MovedClock _clock;
    private readonly Broker _broker;
    private readonly Gatekeeper _gatekeeper;
    private readonly Gateway _gateway;
    private readonly LocalCertificate? _certificate;
    private Listener? _listener;

    private ServiceBusServer(ServiceBusSettings settings)
    {
        _clock = new MovedClock(settings.Clock);
        _broker = new Broker(_clock);
        _gatekeeper = new Gatekeeper(_clock, settings.BearerTokens);
        Key = _gatekeeper.Add(KeyName, ServiceBusRights.All);
        _gateway = new Gateway(_broker, _gatekeeper, Faults, settings, _clock);
        _certificate = settings.Tls ? LocalCertificate.Create(_clock.GetUtcNow()) : null;
        Port = FreePort.Next();
        if (settings.Tls) TlsAddress = new Uri($"https://127.0.0.1:{FreePort.Next()}/");
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>https; the certificate holds localhost, too. Null without <see cref="ServiceBusSettings.Tls"/>.</summary>
    public Uri? TlsAddress { get; }

    /// <summary>The certificate to trust, PEM; null without <see cref="ServiceBusSettings.Tls"/>.</summary>
    public string? CertificateFile => _certificate?.File;

    public string KeyName { get; } = "RootManageSharedAccessKey";

    /// <summary>The key that counts now; see <see cref="RotateKey"/>.</summary>
    public string Key { get; private set; }

    /// <summary>For http: a client must honour UseDevelopmentEmulator, or it would speak TLS.</summary>
    public string ConnectionString => $"Endpoint=sb://127.0.0.1:{Port}/;SharedAccessKeyName={KeyName};SharedAccessKey={Key};UseDevelopmentEmulator=true";

    /// <summary>For https. Null without <see cref="ServiceBusSettings.Tls"/>.</summary>
    public string? TlsConnectionString => TlsAddress is null ? null : $"Endpoint=sb://{TlsAddress.Authority}/;SharedAccessKeyName={KeyName};SharedAccessKey={Key}";

    public ServiceBusFaults Faults { get; } = new();

    /// <summary>The latest requests, oldest first, each once it was answered.</summary>
    public IReadOnlyList<SeenRequest> Requests => _gateway.Log.Snapshot();

    /// <summary>How many receives wait for a message now, over all entities.</summary>
    public int Waiting => _broker.Waiting;

    public static async Task<ServiceBusServer> StartAsync(ServiceBusSettings? settings = null)
    {
        var server = new ServiceBusServer(settings ?? new ServiceBusSettings());
        server._broker.Start();
        await server.StartAgainAsync();
        return server;
    }

    /// <exception cref="InvalidOperationException">There is something of that name.</exception>
    public void CreateTopic(string name) => Need(_broker.TryAddTopic(name, new TopicSettings()), name);

    /// <exception cref="InvalidOperationException">There is something of that name.</exception>
    public void CreateQueue(string name, SubscriptionSettings? settings = null) => Need(_broker.TryAddQueue(name, settings ?? new SubscriptionSettings()), name);

    /// <exception cref="InvalidOperationException">No such topic, or there is such a subscription.</exception>
    public void CreateSubscription(string topic, string name, SubscriptionSettings? settings = null) =>
        Need(_broker.TryAddSubscription(_broker.TopicOf(topic), name, settings ?? new SubscriptionSettings()), $"{topic}/{name}");

    /// <summary>True when there was such an entity: a topic with its subscriptions, or a queue.</summary>
    public bool Delete(string name) => _broker.Remove(name);

    /// <summary>True when there was such a subscription.</summary>
    public bool DeleteSubscription(string topic, string name) => _broker.RemoveSubscription(topic, name);

    /// <summary>Adds a rule beside those that are there, <c>$Default</c> too.</summary>
    public void AddRule(string topic, string subscription, string name, string sql) =>
        _broker.SubscriptionOf(topic, subscription).AddRule(Rule.OfSql(name, sql, _clock.GetUtcNow()));

    /// <summary>The names of a topic's subscriptions, sorted.</summary>
    public IReadOnlyList<string> Subscriptions(string topic) => [.. _broker.TopicOf(topic).Subscriptions.Select(one => one.Name).Order(StringComparer.Ordinal)];

    /// <summary>A subscription's settings now, without its rules.</summary>
    public SubscriptionSettings SettingsOf(string topic, string subscription) => _broker.SubscriptionOf(topic, subscription).Queue.Settings;

    /// <summary>A subscription's rules by name; a correlation filter has no SQL.</summary>
    public IReadOnlyDictionary<string, string?> Rules(string topic, string subscription) =>
        _broker.SubscriptionOf(topic, subscription).Rules.ToDictionary(one => one.Name, one => one.Filter.Sql);

    /// <param name="entity">A queue.</param>
    public MessageCounts Count(string entity) => _broker.QueueOf(entity).Count();

    public MessageCounts Count(string topic, string subscription) => _broker.SubscriptionOf(topic, subscription).Queue.Count();

    /// <summary>The bodies of all messages that can be received or are locked, in their order.</summary>
    public IReadOnlyList<string> Peek(string topic, string subscription) => _broker.SubscriptionOf(topic, subscription).Queue.Peek();

    /// <param name="entity">A queue.</param>
    public IReadOnlyList<string> Peek(string entity) => _broker.QueueOf(entity).Peek();

    /// <summary>The bodies of a subscription's dead letters, in their order.</summary>
    public IReadOnlyList<string> PeekDeadLetters(string topic, string subscription) => _broker.SubscriptionOf(topic, subscription).Queue.DeadLetters!.Peek();

    /// <summary>Puts a message into a topic or queue past the wire, with a Label.</summary>
    public void Send(string entity, string body, string? label = null, params (string Name, object Value)[] properties) =>
        _broker.Send(entity, Message.OfText(body, label, properties));

    /// <summary>Gives the key another value; tokens of the old one are refused from now on.</summary>
    public void RotateKey() => Key = _gatekeeper.Add(KeyName, ServiceBusRights.All);

    /// <summary>Adds a key with fewer rights, or changes it.</summary>
    /// <returns>Its value.</returns>
    public string AddKey(string name, ServiceBusRights rights) => _gatekeeper.Add(name, rights);

    /// <summary>Moves the broker's time on; what has ended by then has ended when this returns.</summary>
    public void Advance(TimeSpan by)
    {
        _clock.Advance(by);
        _broker.Sweep();
    }

    /// <summary>Stops to listen and cuts all connections. Entities, messages and locks stay, and time goes on for them.</summary>
    public async Task StopAsync()
    {
        if (_listener is null) return;
        await _listener.DisposeAsync();
        _listener = null;
    }

    /// <summary>Cuts every connection that is open now, and listens on.</summary>
    public async Task CutConnectionsAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Listens again, on the same ports.</summary>
    public async Task StartAgainAsync() => _listener ??= await Listener.StartAsync(_gateway, Port, TlsAddress?.Port, _certificate?.Certificate);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _broker.Dispose();
        _certificate?.Dispose();
    }

    private static void Need(bool added, string name)
    {
        if (!added) throw new InvalidOperationException($"there is something called {name} already");
    }
}
