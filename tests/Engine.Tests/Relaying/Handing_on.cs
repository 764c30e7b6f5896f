using System.Text.Json;
using Towncrier.Agent;
using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Support;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Relaying;

/// <summary>What a relay does with a message: to every target of its routes, and only then is it settled.</summary>
public sealed class Handing_on : IDisposable
{
    private const string Purge = """{"command":"purge","host":"www.example.org","value":["/a"],"id":"m-1","future":{"x":1}}""";

    private readonly CacheFolder _folder = new();
    private readonly MemorySource _source = new("cms");
    private readonly MemoryBus _east = new("east");
    private readonly MemoryBus _west = new("west");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_reaches_every_target_and_is_settled_only_when_all_have_it()
    {
        var gate = new TaskCompletionSource();
        _west.Gate = gate.Task;
        await using var relay = Start([
            new RelayRoute("cms", ["east", "west"]) { Commands = [InvalidationCommand.Purge] }, new RelayRoute("cms", ["east"]) { Commands = [InvalidationCommand.Xkey] }]);
        var delivery = _source.Send(Purge);
        await _east.HasAsync(1);
        (await _source.Send("""{"command":"xkey","value":["later"]}""").Settled.Within()).ShouldBe("completed");
        delivery.Settled.IsCompleted.ShouldBeFalse("what came later is settled, and it still waits for the west");
        gate.SetResult();
        (await delivery.Settled.Within()).ShouldBe("completed");
        delivery.Report!.State.ShouldBe(InvalidationState.Relayed);
        delivery.Report.Targets.Select(target => target.Target).ShouldBe(["east", "west"]);
        _west.Sent.ShouldBe(_east.Sent.Take(1));
        relay.Metrics.ShouldContain("""towncrier_invalidations_total{source="cms:a",command="purge",result="relayed"} 1""");
        relay.Metrics.ShouldContain("""towncrier_relay_sends_total{target="west",result="sent"} 1""");
    }

    [Fact]
    public async Task What_the_sender_wrote_stays_and_an_envelopes_id_and_time_go_in()
    {
        await using var relay = Start([new RelayRoute("cms", ["east"])]);
        _source.Send(Purge);
        _source.Send("""{"specversion":"1.0","type":"t","source":"s","id":"e-7","time":"2026-11-21T10:00:00Z","data":{"command":"xkey","value":["b"]}}""");
        var sent = await _east.HasAsync(2);
        var plain = sent.Single(text => text.Contains("m-1", StringComparison.Ordinal));
        JsonDocument.Parse(plain).RootElement.GetProperty("future").GetProperty("x").GetInt32().ShouldBe(1);
        var opened = Read(sent.Single(text => text != plain));
        (opened.Id, opened.Issued, opened.Via.Single()).ShouldBe(("e-7", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), "relay/cms"));
        Read(plain).Issued.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_message_for_hosts_elsewhere_is_handed_on_and_one_that_has_no_route_is_settled()
    {
        await using var relay = Start([new RelayRoute("cms", ["east"]) { Commands = [InvalidationCommand.Purge] }]);
        (await _source.Send("""{"command":"purge","value":["/a"],"audience":{"host":"cache-2"}}""").Settled.Within()).ShouldBe("completed");
        _east.Sent.Single().ShouldContain("cache-2");
        var other = _source.Send("""{"command":"xkey","value":["a"]}""");
        (await other.Settled.Within()).ShouldBe("completed");
        other.Report!.State.ShouldBe(InvalidationState.Skipped);
        _east.Sent.Count.ShouldBe(1);
        relay.Metrics.ShouldContain("""towncrier_invalidations_total{source="cms:a",command="xkey",result="skipped"} 1""");
    }

    [Fact]
    public async Task A_target_that_is_away_holds_up_its_own_messages_alone_and_gets_them_when_it_is_back()
    {
        _west.Trouble = new IOException("away");
        await using var relay = Start([new RelayRoute("cms", ["east", "west"])]);
        MemoryDelivery[] deliveries = [.. Enumerable.Range(0, 50).Select(i => _source.Send($$"""{"command":"xkey","value":["t"],"id":"m-{{i}}"}"""))];
        await _east.HasAsync(50);
        deliveries.ShouldAllBe(delivery => !delivery.Settled.IsCompleted);
        relay.View.Targets().Single(target => target.Name == "west").Trouble.ShouldBe("away");
        relay.View.Unready().ShouldBe(["west: away"]);
        _west.Trouble = null;
        foreach (var delivery in deliveries) (await delivery.Settled.Within()).ShouldBe("completed");
        _west.Sent.Count.ShouldBe(50);
        _east.Sent.Count.ShouldBe(50);
        relay.View.Unready().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_too_large_for_a_target_is_cut_there_and_a_signed_one_refused()
    {
        var small = new MemoryBus("small") { MaxBytes = 4096 };
        var paths = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"/news/{i:0000}\""));
        var signed = MessageSignature.Sign(new Invalidation { Command = InvalidationCommand.Purge, Id = "s-1", Values = [.. Enumerable.Range(0, 500).Select(i => $"/news/{i:0000}")] }, "key", "secret"u8);
        await using var relay = new WholeRelay(
            _folder.Outside, [new RelaySource("cms", _source)], [new RelayTarget("small", small, []), new RelayTarget("east", _east, [])], [new RelayRoute("cms", ["small", "east"])]);
        (await _source.Send($$"""{"command":"purge","id":"m-1","value":[{{paths}}]}""").Settled.Within()).ShouldBe("completed");
        small.Sent.ShouldAllBe(text => text.Length <= 4096);
        small.Sent.Select(text => Read(text).Id).ShouldBe(Enumerable.Range(1, small.Sent.Count).Select(i => $"m-1.{i}"));
        small.Sent.SelectMany(text => Read(text).Values).Count().ShouldBe(500);
        small.Sent.ShouldAllBe(text => Read(text).Via.Single() == "relay/cms");
        var refused = _source.Send(System.Text.Encoding.UTF8.GetString(signed));
        (await refused.Settled.Within()).ShouldBe("rejected");
        refused.Refusal.Message.ShouldContain("signed");
        _east.Sent.Count.ShouldBe(2, "the other target has it all the same");
    }

    [Fact]
    public async Task The_pieces_of_a_message_with_a_long_id_have_ids_that_agents_take()
    {
        var small = new MemoryBus("small") { MaxBytes = 4096 };
        var paths = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"/news/{i:0000}\""));
        await using var relay = new WholeRelay(_folder.Outside, [new RelaySource("cms", _source)], [new RelayTarget("small", small, [])], [new RelayRoute("cms", ["small"])]);
        foreach (var end in "ab") (await _source.Send($$"""{"command":"purge","id":"{{new string('i', 199)}}{{end}}","value":[{{paths}}]}""").Settled.Within()).ShouldBe("completed");
        var ids = small.Sent.Select(text => Read(text).Id!).ToList();
        ids.ShouldAllBe(id => id.Length <= 200);
        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task A_signature_is_still_good_behind_two_relays()
    {
        var key = new SenderKey("key", "secret"u8.ToArray());
        var last = new MemoryBus("last");
        await using var first = Start([new RelayRoute("cms", ["east"])]);
        await using var second = new WholeRelay(
            _folder.Outside + "2", [new RelaySource("east", _east.Listen("east"))], [new RelayTarget("last", last, [])], [new RelayRoute("east", ["last"])],
            setup => setup with { Name = "second", Admission = new AdmissionPolicy { Keys = [key] } });
        var signed = MessageSignature.Sign(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/a"] }, "key", "secret"u8);
        _source.Send(System.Text.Encoding.UTF8.GetString(signed));
        var body = System.Text.Encoding.UTF8.GetBytes((await last.HasAsync(1))[0]);
        MessageSignature.Check(body, _ => key.Secret, out _, out _).ShouldBe(SignatureState.Good);
        Read(_east.Sent[0]).Id.ShouldBeNull("nothing is added to what is signed but via");
        Read(last.Sent[0]).Via.ShouldBe(["relay/cms", "second/east"]);
    }

    [Fact]
    public async Task A_message_that_means_more_than_the_relay_allows_is_refused()
    {
        await using var relay = Start([new RelayRoute("cms", ["east"])], new AdmissionPolicy { Hosts = ["*.example.org"] });
        (string Body, bool Goes)[] cases =
        [
            (Purge, true),
            ("""{"command":"purge","value":["/a"],"id":"1"}""", false),
            ("""{"command":"purge","host":"other.org","value":["/a"],"id":"2"}""", false),
            ("""{"command":"purge","host":"www.example.org","value":["https://other.org/a"],"id":"3"}""", false),
            ("""{"command":"purge","value":["https://www.example.org/a"],"id":"4"}""", true),
            ("""{"command":"xkey","host":"www.example.org","value":["a"],"id":"5"}""", false),
            ("""{"command":"xkey","host":"www.example.org","scope":"host","value":["a"],"id":"6"}""", true),
            ("""{"command":"host","value":["www.example.org","other.org"],"id":"7"}""", false),
            ("""{"command":"all","id":"8"}""", false),
        ];
        foreach (var (body, goes) in cases) (await _source.Send(body).Settled.Within()).ShouldBe(goes ? "completed" : "rejected", body);
        _east.Sent.Count.ShouldBe(cases.Count(one => one.Goes));
    }

    [Fact]
    public async Task A_gap_of_a_source_is_told_to_everybody_behind_it_where_the_operator_wants_that()
    {
        await using var relay = new WholeRelay(
            _folder.Outside, [new RelaySource("cms", _source, GapPolicy.Expire)], [new RelayTarget("east", _east, [])], [new RelayRoute("cms", ["east"])]);
        await _source.Do(async context => await context.GapAsync(new Gap("cms:a", null, DateTimeOffset.UtcNow, "it was away"), default)).Within();
        var told = Read((await _east.HasAsync(1))[0]);
        (told.Command, told.Mode).ShouldBe((InvalidationCommand.All, PurgeMode.Soft));
        relay.Metrics.ShouldContain("towncrier_gaps_total{source=\"cms:a\"} 1");
    }

    private static Invalidation Read(string text)
    {
        InvalidationJson.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), WireLimits.Default, out var message, out var refusal).ShouldBeTrue(refusal.Message);
        return message!;
    }

    private WholeRelay Start(IReadOnlyList<RelayRoute> routes, AdmissionPolicy? admission = null) => new(
        _folder.Outside, [new RelaySource("cms", _source)], [new RelayTarget("east", _east, []), new RelayTarget("west", _west, [])], routes,
        setup => admission is null ? setup : setup with { Admission = admission });
}
