using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Towncrier.Providers.Http;

/// <summary>
/// Invalidations over HTTP: <c>POST /v1/invalidations</c>, and <c>PURGE</c> of any URL. The owner configures its server by
/// <see cref="Configure"/>, maps by <see cref="Map"/>, and runs the server; the agent reads by <see cref="ReadAsync"/>.
/// </summary>
public sealed class HttpSource : IInvalidationSource
{
    /// <summary>The path messages are posted to.</summary>
    public const string Path = "/v1/invalidations";

    internal const string SourceName = "http";

    private readonly Channel<Delivery> _queue;
    private readonly InvalidationsEndpoint _invalidations;
    private readonly PurgeMethod _purge;

    /// <param name="refused">Told of each request that is refused before it is a message; must not block.</param>
    public HttpSource(HttpSourceOptions options, TimeProvider clock, Action<Refusal>? refused = null)
    {
        _queue = Channel.CreateBounded<Delivery>(new BoundedChannelOptions(options.Capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            AllowSynchronousContinuations = false,
        });
        var intake = new Intake(_queue.Writer, options, clock);
        _invalidations = new InvalidationsEndpoint(intake, options, refused);
        _purge = new PurgeMethod(intake, options, refused);
    }

    public string Name => SourceName;

    public IReadOnlyList<string> Channels { get; } = [SourceName];

    /// <summary>
    /// A sender keeps its message until it is answered, and is told to send it again when it was not applied. Between two
    /// calls of <see cref="ReadAsync"/> nothing is lost: requests wait in the queue, or are answered 503.
    /// </summary>
    public SourceTraits Traits { get; } = new(Settles: false, Replays: true);

    /// <summary>What the server must allow: a request target whose authority is not the Host header's, which it overrides.</summary>
    public static void Configure(KestrelServerOptions server)
    {
        server.AllowHostHeaderOverride = true;
        server.AddServerHeader = false;
    }

    /// <summary>
    /// Adds the endpoint and the PURGE method. PURGE is taken ahead of all routes, whatever its path; whom to let in is
    /// for middleware before this.
    /// </summary>
    public void Map(WebApplication app)
    {
        app.Use(next => http => http.Request.Method == PurgeMethod.Name ? _purge.HandleAsync(http) : next(http));
        app.MapPost(Path, (RequestDelegate)_invalidations.HandleAsync);
    }

    public IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop)
    {
        context.Connected(SourceName);
        return _queue.Reader.ReadAllAsync(stop);
    }

    /// <summary>
    /// Takes no more messages, and answers those nobody has read with 503, so that the server can stop at once. What was
    /// read is still the agent's to settle. <see cref="ReadAsync"/> then ends.
    /// </summary>
    public async ValueTask CloseAsync(CancellationToken cancel)
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var delivery))
            await delivery.AbandonAsync("the agent is stopping", cancel).ConfigureAwait(false);
    }
}
