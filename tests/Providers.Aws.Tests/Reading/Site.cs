namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>An emulator with the queue <c>q</c>, and a proxy before it that can play faults.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<IDisposable> _sources = [];

    private Site(FauxqsServer aws, FaultProxy faults) => (Aws, Faults) = (aws, faults);

    public FauxqsServer Aws { get; }

    public FaultProxy Faults { get; }

    public AwsTalk Talk => Aws.Talk;

    public AwsAccess Access => new() { Region = FauxqsServer.Region, Endpoint = Faults.Url };

    /// <summary>Through the proxy, with a short wait.</summary>
    public AwsSourceOptions Options => new() { Access = Access, Queue = "q", Wait = TimeSpan.FromSeconds(1) };

    /// <param name="queue">Attributes of the queue; it is made without any when there are none.</param>
    public static async Task<Site> StartAsync(params (string Name, string Value)[] queue)
    {
        var site = await BareAsync();
        await site.Talk.CreateQueueAsync("q", queue);
        return site;
    }

    /// <summary>Without a queue.</summary>
    public static async Task<Site> BareAsync(Random? random = null)
    {
        var aws = await FauxqsServer.StartAsync();
        return new Site(aws, FaultProxy.Start(aws.Port, random));
    }

    /// <summary>Disposed of with the site, or after it was read.</summary>
    public AwsSource Source(AwsSourceOptions? options = null)
    {
        var source = new AwsSource(options ?? Options, TimeProvider.System, new Random(1));
        _sources.Add(source);
        return source;
    }

    public async Task<bool> IsEmptyAsync(string queue = "q") => await Talk.LookAsync(queue) is { Ready.Count: 0, Hidden.Count: 0 };

    public Task EmptiesAsync(string queue = "q") => Eventually.TrueAsync(() => IsEmptyAsync(queue), $"{queue} is empty");

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) source.Dispose();
        await Faults.DisposeAsync();
        await Aws.DisposeAsync();
    }
}
