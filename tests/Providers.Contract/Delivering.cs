namespace Towncrier.Providers.Contract;

/// <summary>How messages come, and what becomes of them.</summary>
public sealed class Delivering
{
    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_source_says_of_itself_what_it_is_claimed_to_be(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        stage.Listener.Source.Traits.ShouldBe(Kinds.ClaimsOf(kind).Traits);
        stage.Listener.Source.Name.ShouldBe(kind.Split(' ')[0]);
        stage.Listener.Connects.ShouldBe(stage.Listener.Source.Channels);
        stage.Listener.Gaps.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_delivery_is_whole_and_comes_under_a_channel_of_its_source(string kind)
    {
        var seen = new List<(string Source, byte[] Body, int Attempt)>();
        await using var stage = await Stage.SetAsync(kind, delivery =>
        {
            seen.Add((delivery.Source, delivery.Body.ToArray(), delivery.Attempt));
            return Listener.Complete(delivery);
        });
        var message = Stage.Message("ü\\r\\n\\u0000", padding: 200_000);
        (await stage.SendRawAsync(message)).ShouldBeTrue();
        await stage.Listener.ReceivedAsync(1);
        seen.Single().Source.ShouldBeOneOf([.. stage.Listener.Source.Channels]);
        seen.Single().Body.ShouldBe(message);
        seen.Single().Attempt.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds.Ordering), MemberType = typeof(Kinds))]
    public async Task Deliveries_come_in_order(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        var names = Enumerable.Range(0, 300).Select(i => $"m{i}").ToArray();
        await stage.SendAsync(names);
        await stage.Listener.ReceivedAsync(names.Length);
        stage.Names.ShouldBe(names);
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task Deliveries_may_be_settled_late_from_anywhere_and_in_any_order(string kind)
    {
        var random = new Random(6);
        var settling = new List<Task>();
        await using var stage = await Stage.SetAsync(kind, async delivery =>
        {
            await delivery.AcceptAsync(Stage.NameOf(delivery), CancellationToken.None);
            settling.Add(Task.Run(async () =>
            {
                for (var yields = random.Next(50); yields > 0; yields--) await Task.Yield();
                await Listener.Complete(delivery);
            }));
        });
        var names = Enumerable.Range(0, 300).Select(i => $"m{i}").ToArray();
        await stage.SendAsync(names);
        await stage.Listener.ReceivedAsync(names.Length);
        await Task.WhenAll(settling).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        await stage.SendAsync("last");
        await Eventually.TrueAsync(() => stage.Names.Contains("last"), "the next comes");
        stage.Names.Count().ShouldBe(301);
    }

    [Theory]
    [MemberData(nameof(Kinds.Settling), MemberType = typeof(Kinds))]
    public async Task What_is_abandoned_comes_again_and_holds_up_nothing(string kind)
    {
        var ids = new List<(int Attempt, string? Id)>();
        await using var stage = await Stage.SetAsync(kind, delivery =>
        {
            if (Stage.NameOf(delivery) != "bad") return Listener.Complete(delivery);
            ids.Add((delivery.Attempt, delivery.TransportId));
            return delivery.Attempt < 3 ? delivery.AbandonAsync("not yet", CancellationToken.None) : Listener.Complete(delivery);
        });
        await stage.SendAsync("bad", "good1", "good2");
        await stage.Listener.ReceivedAsync(5);
        ids.Select(id => id.Attempt).ShouldBe([1, 2, 3]);
        ids.Select(id => id.Id).Distinct().ShouldHaveSingleItem();
        stage.Names.Take(3).Order().ShouldBe(["bad", "good1", "good2"]);
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task What_is_completed_or_rejected_does_not_come_again(string kind)
    {
        await using var stage = await Stage.SetAsync(kind, delivery => Stage.NameOf(delivery) == "bad"
            ? delivery.RejectAsync(new Refusal(RefusalReason.Malformed, "never"), CancellationToken.None)
            : Listener.Complete(delivery));
        await stage.SendAsync("bad", "good");
        await stage.Listener.ReceivedAsync(2);
        stage.Link.Cut();
        await stage.Listener.ConnectedAsync(2);
        await stage.SendAsync("last");
        await stage.Listener.ReceivedAsync(3);
        stage.Names.Order().ShouldBe(["bad", "good", "last"]); // the first two may come side by side
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task Bad_messages_are_delivered_or_refused_and_the_next_is_not_touched(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        var junk = new byte[5000];
        new Random(8).NextBytes(junk);
        byte[][] bad = [junk, [], "{"u8.ToArray(), [0xff, 0xfe, 0], Stage.Message("large", 300 * 1024), Stage.Message("huge", 3 * 1024 * 1024)];
        var taken = 0;
        foreach (var message in bad)
        {
            if (await Task.Run(() => stage.SendRawAsync(message))) taken++;
        }

        await stage.SendAsync("good");
        await Eventually.TrueAsync(() => stage.Listener.Bodies.Any(body => body.Contains("\"good\"", StringComparison.Ordinal)), "the next comes");
        await Eventually.TrueAsync(() => stage.Listener.Bodies.Count - 1 + stage.Listener.Refusals.Count == taken, "each was delivered or refused");
        stage.Listener.Failures.ShouldBeEmpty();
    }
}
