using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Journaling;

namespace Towncrier.Engine.Tests.Receiving;

/// <summary>Weighs the whole process, so it runs while nothing else does.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class Dedupe_memory
{
    private const string Alone = "Dedupe memory";

    [Fact]
    public void A_full_window_of_short_ids_stays_below_50_MB()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var window = new DedupeWindow(new DedupeOptions(), new ManualClock());
        for (var i = 0; i < 150_000; i++)
        {
            var id = Guid.NewGuid().ToString("N");
            window.TryBegin(id, out _);
            window.Complete(id, new InvalidationReport
            {
                Id = id,
                State = InvalidationState.Applied,
                Matched = 1,
                Purged = 1,
                Outcomes = new Dictionary<string, long> { ["purged"] = 1 },
                Values = [new ValueReport("/news/", 1, 1, null)],
            });
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        window.Count.ShouldBe(100_000);
        bytes.ShouldBeLessThan(50_000_000);
        TestContext.Current.TestOutputHelper!.WriteLine($"{bytes / 100_000} bytes an id");
        GC.KeepAlive(window);
    }
}
