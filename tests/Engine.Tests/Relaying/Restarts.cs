using Towncrier.Agent;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Relaying;

/// <summary>What a relay knows after it was stopped or killed.</summary>
public sealed class Restarts : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly MemoryBus _east = new("east");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_no_broker_keeps_is_sent_after_the_restart()
    {
        _east.Trouble = new IOException("away");
        var source = new MemorySource("cms") { Traits = new SourceTraits(Settles: true, Replays: false) };
        var relay = Start(source);
        source.Send("""{"command":"purge","value":["/a"]}""", "t-1");
        await Journalled();
        await relay.StopAsync();
        await relay.DisposeAsync();
        _east.Trouble = null;
        await using var again = Start(new MemorySource("cms") { Traits = source.Traits });
        (await _east.HasAsync(1))[0].ShouldContain("\"id\":\"t-1\"");
    }

    [Fact]
    public async Task What_its_broker_keeps_is_given_back_and_sent_once_in_all()
    {
        _east.Trouble = new IOException("away");
        var source = new MemorySource("cms");
        var relay = Start(source);
        var delivery = source.Send("""{"command":"purge","value":["/a"],"id":"m-1"}""");
        await UntilAsync(() => _east.Tries > 0);
        await relay.StopAsync();
        await relay.DisposeAsync();
        delivery.Settled.IsCompleted.ShouldBeFalse();
        _east.Trouble = null;
        var later = new MemorySource("cms");
        await using (Start(later))
        {
            (await later.Send("""{"command":"purge","value":["/a"],"id":"m-1"}""").Settled.Within()).ShouldBe("completed");
        }

        var third = new MemorySource("cms");
        await using var relay3 = Start(third);
        (await third.Send("""{"command":"purge","value":["/a"],"id":"m-1"}""").Settled.Within()).ShouldBe("completed");
        _east.Sent.Count.ShouldBe(1, "the journal knows that it was sent");
    }

    [Fact]
    public async Task A_message_that_another_source_brings_after_the_restart_is_not_sent_where_it_is()
    {
        var (a, b, west) = (new MemorySource("a"), new MemorySource("b"), new MemoryBus("west"));
        await using (Two(a, new MemorySource("b"), west)) (await a.Send("""{"command":"purge","value":["/a"],"id":"m-1"}""").Settled.Within()).ShouldBe("completed");
        await using var again = Two(new MemorySource("a"), b, west);
        (await b.Send("""{"command":"purge","value":["/a"],"id":"m-1"}""").Settled.Within()).ShouldBe("completed");
        (_east.Sent.Count, west.Sent.Count).ShouldBe((1, 1), "b's route has one target that a's had not");
    }

    private WholeRelay Start(MemorySource source)
        => new(_folder.Outside, [new RelaySource("cms", source)], [new RelayTarget("east", _east, [])], [new RelayRoute("cms", ["east"])]);

    private WholeRelay Two(MemorySource a, MemorySource b, MemoryBus west) => new(
        _folder.Outside, [new RelaySource("a", a), new RelaySource("b", b)], [new RelayTarget("east", _east, []), new RelayTarget("west", west, [])],
        [new RelayRoute("a", ["east"]), new RelayRoute("b", ["east", "west"])]);

    private Task Journalled() => UntilAsync(() => Directory.EnumerateFiles(_folder.Outside, "journal-*.log").Any(file => Holds(file, "accepted")));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            tries.ShouldBeLessThan(6000);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static bool Holds(string file, string text)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(open);
        return reader.ReadToEnd().Contains(text, StringComparison.Ordinal);
    }
}
