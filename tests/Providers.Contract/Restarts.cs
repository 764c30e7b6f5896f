namespace Towncrier.Providers.Contract;

/// <summary>A new source with what the old one kept.</summary>
public sealed class Restarts
{
    [Theory]
    [MemberData(nameof(Kinds.Remembering), MemberType = typeof(Kinds))]
    public async Task After_a_restart_nothing_is_lost_without_a_word(string kind)
    {
        var before = DateTimeOffset.UtcNow;
        await using var stage = await Stage.SetAsync(kind, delivery => Stage.NameOf(delivery) == "2" ? ValueTask.CompletedTask : Listener.Complete(delivery));
        await stage.SendAsync("1", "2", "3");
        await stage.Listener.ReceivedAsync(3);
        await stage.RestartAsync(() => stage.SendAsync("4"));
        await stage.SendAsync("5");
        await Eventually.TrueAsync(() => stage.Names.Contains("5"), "what is sent after the restart");
        if (Kinds.ClaimsOf(kind).Traits.Replays)
        {
            // A broker may hide for a while what it handed out and heard no more of.
            await Eventually.TrueAsync(() => new[] { "2", "4" }.All(stage.Names.Contains), "what was not settled, and what was sent meanwhile");
            stage.Names.Except(["3"]).Order().ShouldBe(["2", "4", "5"]); // 3 may come again: it was settled behind what was not
            stage.Listener.Gaps.ShouldBeEmpty();
        }
        else
        {
            stage.Names.ShouldBe(["5"]);
            stage.Listener.Gaps.Single().Since!.Value.ShouldBeInRange(before, stage.Listener.Gaps.Single().Until);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds.Replaying), MemberType = typeof(Kinds))]
    public async Task What_was_settled_before_a_restart_does_not_come_again(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        var names = Enumerable.Range(0, 200).Select(i => $"m{i}").ToArray();
        await stage.SendAsync(names);
        await stage.Listener.ReceivedAsync(names.Length);
        await stage.RestartAsync(() => Task.CompletedTask);
        await stage.SendAsync("after");
        await stage.Listener.ReceivedAsync(1);
        stage.Names.ShouldBe(["after"]);
    }
}
