using System.Collections.Concurrent;
using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Support;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Whole;

public sealed class Deliveries : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly MemorySource _source = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_messages_in_one_delivery_are_applied_each_and_settled_together()
    {
        CacheFile[] files = [CacheFolder.FileFor(1), CacheFolder.FileFor(2)];
        foreach (var file in files) _folder.Store(file);
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(_source));
        var batch = _source.Send($"[{Purge("/1")},{{\"command\":\"dance\",\"value\":[\"x\"]}},{Purge("/2")}]", "m-1");
        (await batch.Settled.Within()).ShouldBe("completed");
        (batch.Report!.Matched, batch.Report.Purged).ShouldBe((2, 2));
        files.ShouldAllBe(file => !File.Exists(_folder.PathOf(file)));
        var hopeless = _source.Send("[{\"command\":\"dance\",\"value\":[\"x\"]},7]");
        (await hopeless.Settled.Within()).ShouldBe("rejected");
    }

    [Fact]
    public async Task A_redelivery_under_the_transports_id_is_not_applied_again()
    {
        var file = CacheFolder.FileFor(1);
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(_source));
        (await _source.Send(Purge("/1"), "m-1").Settled.Within()).ShouldBe("completed");
        _folder.Store(file with { Date = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60 });
        var again = _source.Send(Purge("/1"), "m-1");
        (await again.Settled.Within()).ShouldBe("completed");
        again.Report!.Id.ShouldBe("m-1");
        File.Exists(_folder.PathOf(file)).ShouldBeTrue();
        agent.Metrics.ShouldContain("result=\"duplicate\"} 1\n");
    }

    [Fact]
    public async Task A_message_for_others_is_settled_and_nothing_happens()
    {
        var file = CacheFolder.FileFor(1);
        _folder.Store(file);
        await using var agent = new WholeAgent(_folder, same => same, new SourceSetup(_source));
        var other = _source.Send("""{"command":"purge","value":["/1"],"audience":{"host":"cache-2"}}""");
        (await other.Settled.Within()).ShouldBe("completed");
        other.Report!.State.ShouldBe(InvalidationState.Skipped);
        File.Exists(_folder.PathOf(file)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_target_that_fails_is_tried_again_holds_nobody_up_and_is_given_up_in_the_end()
    {
        using var target = new MemoryTarget();
        await using var agent = new WholeAgent(_folder, setup => setup with { Targets = [target] }, new SourceSetup(_source));
        var poison = _source.Send("""{"command":"xkey","value":["poison","fine"]}""", "m-1");
        var next = _source.Send("""{"command":"xkey","value":["next"]}""", "m-2");
        (await next.Settled.Within()).ShouldBe("completed");
        (await poison.Settled.Within()).ShouldBe("rejected");
        poison.Attempt.ShouldBe(10);
        target.Values.Count(value => value == "poison").ShouldBe(10);
        next.Report!.Targets.Single().Applied.ShouldBe(1);
        agent.Metrics.ShouldContain("towncrier_target_values_total{target=\"memory\",result=\"failed\"} 10\n");
    }

    [Fact]
    public async Task What_a_target_refuses_for_good_fails_at_once_and_what_cannot_be_said_to_it_fails_its_value_alone()
    {
        using var target = new MemoryTarget();
        await using var agent = new WholeAgent(_folder, setup => setup with { Targets = [target] }, new SourceSetup(_source));
        var refused = _source.Send("""{"command":"xkey","value":["refused","fine"]}""");
        (await refused.Settled.Within()).ShouldBe("rejected");
        refused.Attempt.ShouldBe(1);
        var unsayable = _source.Send("""{"command":"xkey","value":["unsayable","fine"]}""");
        (await unsayable.Settled.Within()).ShouldBe("completed");
        unsayable.Report!.State.ShouldBe(InvalidationState.Applied);
        unsayable.Report.Values.Select(value => value.Error).ShouldBe(["memory: no", null]);
    }

    [Fact]
    public async Task What_only_the_caches_cannot_do_is_left_to_targets()
    {
        using var target = new MemoryTarget();
        await using var agent = new WholeAgent(_folder, setup => setup with { Targets = [target], Caches = [] }, new SourceSetup(_source));
        agent.View.Unready().ShouldBeEmpty();
        var backtracking = _source.Send("""{"command":"ban.url","value":["^/(?!news)"]}""");
        (await backtracking.Settled.Within()).ShouldBe("completed");
        target.Values.ShouldBe(["^/(?!news)"]);
        (await _source.Send("""{"command":"all"}""").Settled.Within()).ShouldBe("completed");
        (await _source.Send("""{"command":"purge","value":["a\nb"]}""").Settled.Within()).ShouldBe("rejected");
    }

    [Theory]
    [InlineData("""{"command":"xkey","value":["a"]}""", true)]
    [InlineData("""{"command":"ban","value":["obj.status == 200"]}""", true)]
    [InlineData("""{"command":"ban.url","value":["1"]}""", true)]
    [InlineData("""{"command":"all"}""", true)]
    [InlineData("""{"command":"purge","value":["/1"]}""", true)]
    [InlineData("""{"command":"purge","value":["http://example.net/1","/1"]}""", true)]
    [InlineData("""{"command":"wildcard","value":["*"]}""", true)]
    [InlineData("""{"command":"prefix","value":["/"]}""", true)]
    [InlineData("""{"command":"host","value":["example.net","www.example.org"]}""", true)]
    [InlineData("""{"command":"key","value":["httpexample.net/1","httpwww.example.org/1"]}""", true)]
    [InlineData("""{"command":"host","value":["*"]}""", false)]
    [InlineData("""{"command":"purge","host":"example.net","value":["/1"]}""", false)]
    public async Task A_sender_held_to_hosts_reaches_no_other_whatever_it_sends(string body, bool purges)
    {
        var (mine, other) = (CacheFile.Tagged("httpwww.example.org/1", "a"), CacheFile.Tagged("httpexample.net/1", "a"));
        _folder.Store(mine);
        _folder.Store(other);
        await using var agent = new WholeAgent(_folder, setup => setup with { Admission = new AdmissionPolicy { Hosts = ["*.example.org"] } }, new SourceSetup(_source));
        await _source.Send(body).Settled.Within();
        File.Exists(_folder.PathOf(mine)).ShouldBe(!purges);
        File.Exists(_folder.PathOf(other)).ShouldBeTrue();
    }

    [Fact]
    public async Task Each_message_with_an_id_is_answered_by_a_receipt()
    {
        var receipts = new MemoryPublisher();
        _folder.Store(CacheFolder.FileFor(1));
        await using var agent = new WholeAgent(_folder, setup => setup with { Receipts = receipts }, new SourceSetup(_source));
        await _source.Send("""{"command":"purge","value":["/1"],"id":"a"}""").Settled.Within();
        await _source.Send("""{"command":"purge","value":["/1"],"id":"a"}""").Settled.Within();
        await _source.Send("""{"command":"purge","value":["/1"],"id":"b","expires":"2001-01-01T00:00:00Z"}""").Settled.Within();
        await _source.Send("nonsense").Settled.Within();
        await agent.StopAsync();
        receipts.Sent.Select(receipt => (receipt.Id, receipt.Host, receipt.State, receipt.Purged)).ShouldBe(
            [(Receipt.Hello, "cache-1", InvalidationState.Applied, 0L), ("a", "cache-1", InvalidationState.Applied, 1L),
             ("a", "cache-1", InvalidationState.Applied, 1L), ("b", "cache-1", InvalidationState.Failed, 0L)]);
        receipts.Sent.Last().Error.ShouldNotBeNull().ShouldContain("expired");
    }

    private static string Purge(string path) => $$"""{"command":"purge","value":["{{path}}"]}""";

    private sealed class MemoryTarget : IInvalidationTarget
    {
        public string Name => "memory";

        public ConcurrentQueue<string> Values { get; } = [];

        public Task<TargetReport> ApplyAsync(Invalidation message, CancellationToken cancel)
        {
            foreach (var value in message.Values) Values.Enqueue(value);
            TargetFailure[] failures = [.. message.Values.Where(value => value is "poison" or "refused" or "unsayable")
                .Select(value => value == "poison" ? new TargetFailure(value, "503", Retry: true) : new TargetFailure(value, "no", Retry: false) { Asked = value != "unsayable" })];
            return Task.FromResult(new TargetReport(Name, message.Values.Count - failures.Length, failures));
        }

        public void Dispose()
        {
        }
    }

    private sealed class MemoryPublisher : IInvalidationPublisher
    {
        public string Name => "memory";

        public int MaxBytes => 1024;

        public ConcurrentQueue<Receipt> Sent { get; } = [];

        public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
        {
            ReceiptJson.TryDecode(message.Span, out var receipt).ShouldBeTrue(Encoding.UTF8.GetString(message.Span));
            Sent.Enqueue(receipt!);
            return Task.FromResult(new Published(1));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
