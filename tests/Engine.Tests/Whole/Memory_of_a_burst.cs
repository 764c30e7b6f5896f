using Towncrier.Agent;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Whole;

/// <summary>What an agent keeps of each message while it is armed and remembered.</summary>
[Collection(AloneCollection.Name)]
public sealed class Memory_of_a_burst : IDisposable
{
    private const int Count = 30_000;
    private readonly CacheFolder _folder = new();
    private readonly MemorySource _source = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_costs_less_than_a_kilobyte_and_a_half_once_it_is_applied()
    {
        await using var agent = new WholeAgent(_folder, setup => setup with { Fence = TimeSpan.FromMinutes(5) }, new SourceSetup(_source));
        await SendAsync(100, "/warm");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAsync(Count, "/news/some-words-of-a-headline");
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        TestContext.Current.SendDiagnosticMessage($"{each} B a message");
        each.ShouldBeLessThan(1536);
        agent.View.Caches().Single().Armed.ShouldBe(Count + 100);
    }

    private async Task SendAsync(int count, string stem)
    {
        Task last = Task.CompletedTask;
        for (var i = 0; i < count; i++) last = Task.WhenAll(last, _source.Send($$"""{"command":"purge","host":"www.example.org","value":["{{stem}}/{{i}}.html"]}""").Settled);
        await last.Within();
    }
}
