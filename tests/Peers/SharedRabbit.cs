namespace Towncrier.Peers;

/// <summary>
/// One RabbitMQ for all tests of an assembly that do not break it; started by the first that asks, ended after the last.
/// For <c>[assembly: AssemblyFixture(typeof(SharedRabbit))]</c>.
/// </summary>
public sealed class SharedRabbit : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static RabbitServer? _server;

    /// <summary>Skips the test by name when RabbitMQ is not installed.</summary>
    public static async Task<RabbitServer> GetAsync()
    {
        await Starting.WaitAsync();
        try
        {
            return _server ??= await RabbitServer.StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
