using System.Collections.Concurrent;
using System.Text;

namespace Towncrier.Providers.Contract;

/// <summary>A provider's harness with a listener to its source, for one check.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Harness _harness;

    private Stage(Harness harness, Listener listener) => (_harness, Listener) = (harness, listener);

    public Listener Listener { get; private set; }

    public TcpProxy Link => _harness.Link.ShouldNotBeNull();

    /// <inheritdoc cref="Harness.BrokerBytes"/>
    public long BrokerBytes => _harness.BrokerBytes;

    /// <summary>Returns when the source is connected.</summary>
    public static async Task<Stage> SetAsync(string kind, Func<Delivery, ValueTask>? take = null)
    {
        var harness = await Kinds.StartAsync(kind);
        return new Stage(harness, await Listener.ConnectAsync(await harness.BuildAsync(), null, take));
    }

    /// <summary>A message that is one of ours, with this name in it.</summary>
    public static byte[] Message(string name, int padding = 0) =>
        Encoding.UTF8.GetBytes($$"""{"command":"purge","value":["/"],"id":"{{name}}","source":"{{new string('x', padding)}}"}""");

    public static string NameOf(string body)
    {
        const string Before = "\"id\":\"";
        var start = body.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return body[start..body.IndexOf('"', start)];
    }

    public static string NameOf(Delivery delivery) => NameOf(Encoding.UTF8.GetString(delivery.Body.Span));

    /// <summary>The names of the deliveries so far.</summary>
    public IEnumerable<string> Names => Listener.Bodies.Select(NameOf);

    public async Task SendAsync(params string[] names)
    {
        foreach (var name in names) (await SendRawAsync(Message(name))).ShouldBeTrue();
    }

    public Task<bool> SendRawAsync(ReadOnlyMemory<byte> message) => _harness.PublishAsync(message).WaitAsync(Eventually.Deadline);

    /// <summary>Ends the listener and its source, and starts new ones with what the old ones kept.</summary>
    public async Task RestartAsync(Func<Task> meanwhile, Func<Delivery, ValueTask>? take = null)
    {
        await Listener.DisposeAsync();
        await meanwhile();
        var positions = new ConcurrentDictionary<string, string>(Listener.Positions);
        Listener = await Listener.ConnectAsync(await _harness.BuildAsync(), positions, take);
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await _harness.DisposeAsync();
    }
}
