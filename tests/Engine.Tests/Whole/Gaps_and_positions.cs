using System.Buffers.Binary;
using Towncrier.Agent;
using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Whole;

public sealed class Gaps_and_positions : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly MemorySource _source = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gap_is_counted_and_by_default_nothing_is_purged()
    {
        var file = CacheFolder.FileFor(1);
        _folder.Store(file);
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(_source));
        await _source.Do(context => context.GapAsync(Gap(), CancellationToken.None).AsTask()).Within();
        (await _source.Send(Purge("/2")).Settled.Within()).ShouldBe("completed");
        agent.Metrics.ShouldContain("towncrier_gaps_total{source=\"memory:a\"} 1\n");
        agent.View.Sources().Single().Gaps.ShouldBe(1);
        ValidUntil(file).ShouldBe(file.Valid);
    }

    [Fact]
    public async Task On_gap_expire_softly_expires_what_was_stored_before_anything_that_is_delivered_later()
    {
        CacheFile[] files = [CacheFolder.FileFor(1), CacheFolder.FileFor(2)];
        foreach (var file in files) _folder.Store(file);
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(_source, GapPolicy.Expire));
        await _source.Do(context => context.GapAsync(Gap(), CancellationToken.None).AsTask()).Within();
        await _source.Send(Purge("/3")).Settled.Within();
        await Until(() => files.All(file => ValidUntil(file) < DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        files.ShouldAllBe(file => File.Exists(_folder.PathOf(file)), "soft: the files stay");
        agent.Metrics.ShouldContain("towncrier_invalidations_total{source=\"memory:a\",command=\"all\",result=\"applied\"} 1\n");
    }

    [Fact]
    public async Task On_gap_stop_ends_the_agent_but_not_for_a_gap_before_its_start()
    {
        var gap = Gap();
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(new GapAtStart(gap), GapPolicy.Stop), new SourceSetup(_source, GapPolicy.Stop));
        await _source.Send(Purge("/1")).Settled.Within();
        agent.Running.IsCompleted.ShouldBeFalse();
        await _source.Do(context => context.GapAsync(gap, CancellationToken.None).AsTask()).Within();
        var end = await Should.ThrowAsync<GapStopException>(agent.Running.Within());
        end.Message.ShouldContain("the link was cut");
    }

    [Fact]
    public async Task Positions_survive_a_restart()
    {
        await using (var first = new WholeAgent(_folder, same => same, new SourceSetup(_source)))
        {
            await _source.Do(context =>
            {
                context.PositionOf("memory:a").ShouldBeNull();
                context.Keep("memory:a", "17-0");
                context.Keep("memory:a", "18-0");
                return Task.CompletedTask;
            }).Within();
            await first.StopAsync();
        }

        await using var second = new WholeAgent(_folder, same => same, new SourceSetup(_source));
        string? position = null;
        await _source.Do(context =>
        {
            position = context.PositionOf("memory:a");
            return Task.CompletedTask;
        }).Within();
        position.ShouldBe("18-0");
    }

    [Fact]
    public async Task An_agent_is_ready_only_when_each_source_has_been_connected_and_a_lost_one_does_not_undo_that()
    {
        var later = new MemorySource("later");
        var never = new NeverConnected();
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(later), new SourceSetup(never));
        await Until(() => agent.View.Unready() is ["never:a: no route to the broker"]);
        await later.Do(_ => throw new IOException("cut")).Within();
        await Until(() => agent.View.Sources()[0].Connected);
        agent.View.Unready().Count.ShouldBe(1);
        agent.Metrics.ShouldContain("towncrier_source_connected{source=\"never:a\"} 0\n");
    }

    private static Gap Gap() => new("memory:a", null, DateTimeOffset.UtcNow, "the link was cut");

    private static string Purge(string path) => $$"""{"command":"purge","value":["{{path}}"]}""";

    private long ValidUntil(CacheFile file) => BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(_folder.PathOf(file)).AsSpan(8));

    private static Task Until(Func<bool> condition) => Task.Run(() => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)).ShouldBeTrue());

    private sealed class GapAtStart(Gap gap) : IInvalidationSource
    {
        public string Name => "atstart";

        public IReadOnlyList<string> Channels => ["atstart:a"];

        public SourceTraits Traits => new(true, true);

        public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            await context.GapAsync(gap with { Channel = "atstart:a" }, stop);
            context.Connected("atstart:a");
            await Task.Delay(Timeout.Infinite, stop);
            yield break;
        }
    }

    private sealed class NeverConnected : IInvalidationSource
    {
        public string Name => "never";

        public IReadOnlyList<string> Channels => ["never:a"];

        public SourceTraits Traits => new(true, true);

        public IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop) => throw new IOException("no route to the broker");
    }
}
