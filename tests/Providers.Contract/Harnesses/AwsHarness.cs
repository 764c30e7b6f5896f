using Towncrier.Providers.Aws;

namespace Towncrier.Providers.Contract.Harnesses;

/// <summary>The emulator of SQS with one queue, read over a link; messages are sent to the queue past it.</summary>
internal sealed class AwsHarness : Harness
{
    private readonly FauxqsServer _aws;
    private readonly AwsPublisher _publisher;
    private readonly int _loops;
    private readonly List<AwsSource> _sources = [];

    private AwsHarness(FauxqsServer aws, int loops)
    {
        (_aws, _loops) = (aws, loops);
        _publisher = new AwsPublisher(new AwsPublisherOptions { Access = Access(aws.Port), Queue = "q" }, TimeProvider.System, new Random(1));
        Link = TcpProxy.Start(aws.Port);
    }

    /// <summary>A standard queue's, which promises no order.</summary>
    public static Claims Claims { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: true), Links = true, Remembers = true };

    public static async Task<Harness> StartAsync(int loops)
    {
        var harness = new AwsHarness(await FauxqsServer.StartAsync(), loops);
        await harness._aws.Talk.CreateQueueAsync("q");
        return harness;
    }

    public override Task<IInvalidationSource> BuildAsync()
    {
        var options = new AwsSourceOptions
        {
            Access = Access(Link!.Port),
            Queue = "q",
            Loops = _loops,
            Window = 10,
            Wait = TimeSpan.FromSeconds(1),
            Visibility = TimeSpan.FromSeconds(5),
            Patience = TimeSpan.FromMilliseconds(500),
        };
        options.Problems().ShouldBeEmpty();
        var source = new AwsSource(options, TimeProvider.System, new Random(1));
        _sources.Add(source);
        return Task.FromResult<IInvalidationSource>(source);
    }

    public override async Task<bool> PublishAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await _publisher.PublishAsync(message, TestContext.Current.CancellationToken);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // no text, or too much of it
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) source.Dispose();
        await _publisher.DisposeAsync();
        await Link!.DisposeAsync();
        await _aws.DisposeAsync();
    }

    private static AwsAccess Access(int port) => new() { Region = FauxqsServer.Region, Endpoint = new Uri($"http://127.0.0.1:{port}") };
}
