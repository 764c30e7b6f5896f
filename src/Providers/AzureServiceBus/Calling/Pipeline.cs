using System.Net.Sockets;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>Azure's HTTP pipeline as we use it: its retries, our connections, and either kind of authentication.</summary>
internal sealed class Pipeline : IDisposable
{
    /// <summary>Within a continent a connection with TLS takes a few hundred milliseconds; a packet lost twice some 3 s.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private const string Scope = "https://servicebus.azure.net/.default";
    private const int Retries = 3;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly HttpPipeline _pipeline;

    public Pipeline(ServiceBusAddress address, TimeSpan firstDelay, TimeProvider clock)
    {
        var options = new Options { Transport = new HttpClientTransport(_client), RetryPolicy = new RetryPolicy(Retries, DelayStrategy.CreateExponentialDelayStrategy(firstDelay, LongestDelay)) };
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        HttpPipelinePolicy authentication = address.IsEntra ? new BearerTokenAuthenticationPolicy(new DefaultAzureCredential(), Scope) : new SharedAccess(address, clock);
        _pipeline = HttpPipelineBuilder.Build(options, [], [authentication, new NoOwnHeaders()], ResponseClassifier);
    }

    private static ResponseClassifier ResponseClassifier { get; } = new();

    private static ResponseClassifier Never { get; } = new NeverRetried();

    public HttpMessage CreateMessage(bool isSafe)
    {
        var message = _pipeline.CreateMessage();
        message.ResponseClassifier = isSafe ? ResponseClassifier : Never;
        message.BufferResponse = false; // its body is read by whoever knows how large it may be
        return message;
    }

    public ValueTask SendAsync(HttpMessage message, CancellationToken cancel) => _pipeline.SendAsync(message, cancel);

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler() => new()
    {
        ConnectTimeout = ConnectTimeout,
        ConnectCallback = ConnectAsync,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),     // to follow a namespace's name when it moves
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60), // below the 2 minutes after which the far side closes
        MaxConnectionsPerServer = 256,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 128, // KiB; properties come as headers, 64 KiB at most
        Proxy = new RemoteProxy(HttpClient.DefaultProxy),
    };

    // A long poll is silent for up to a minute: a link that died meanwhile is noticed within half of it.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isConnected = false;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancel).ConfigureAwait(false);
            isConnected = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        finally
        {
            if (!isConnected) socket.Dispose();
        }
    }

    private sealed class Options : ClientOptions;

    private sealed class NeverRetried : ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) => false;

        public override bool IsRetriableException(Exception exception) => false;

        public override bool IsRetriable(HttpMessage message, Exception exception) => false;
    }

    // What the pipeline adds would become properties of messages that are sent.
    private sealed class NoOwnHeaders : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            message.Request.Headers.Remove("x-ms-client-request-id");
            message.Request.Headers.Remove("x-ms-return-client-request-id");
        }
    }
}
