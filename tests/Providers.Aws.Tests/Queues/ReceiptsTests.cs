using System.Text;

namespace Towncrier.Providers.Aws.Tests.Queues;

public class ReceiptsTests
{
    private static readonly InvalidationReport Done = new() { Id = "", State = InvalidationState.Applied };

    [Fact]
    public async Task What_is_completed_is_deleted_and_the_rest_is_handed_back_when_the_reader_leaves()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Talk.CreateQueueAsync("answers");
        await stage.Talk.SendAsync("answers", ["a", "b", "c", "d"]);
        await foreach (var delivery in ReadAsync(stage))
        {
            var body = Encoding.UTF8.GetString(delivery.Body.Span);
            if (body == "a") await delivery.CompleteAsync(Done, TestContext.Current.CancellationToken);
            else await delivery.AbandonAsync("another's", TestContext.Current.CancellationToken);
            if (body == "b") break;
        }

        var (ready, hidden) = await stage.Talk.LookAsync("answers");
        ready.Order(StringComparer.Ordinal).ShouldBe(["b", "c", "d"]);
        hidden.ShouldBeEmpty();
    }

    [Fact]
    public async Task Behind_more_receipts_of_others_than_one_receive_brings_ones_own_is_found()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Talk.CreateQueueAsync("answers");
        for (var i = 0; i < 5; i++) await stage.Talk.SendAsync("answers", Enumerable.Range(0, 10).Select(one => $"another's {i} {one}"));
        await stage.Talk.SendAsync("answers", "ours");
        await foreach (var delivery in ReadAsync(stage))
        {
            var isOurs = Encoding.UTF8.GetString(delivery.Body.Span) == "ours";
            if (isOurs) await delivery.CompleteAsync(Done, TestContext.Current.CancellationToken);
            else await delivery.AbandonAsync("another's", TestContext.Current.CancellationToken);
            if (isOurs) break;
        }

        var (ready, hidden) = await stage.Talk.LookAsync("answers");
        ready.Concat(hidden).Distinct().Count().ShouldBe(50, "what is another's is there for him");
    }

    private static IAsyncEnumerable<Delivery> ReadAsync(Stage stage)
        => new AwsReceipts(new AwsPublisherOptions { Access = stage.Access, Queue = "answers" }, TimeProvider.System, new Random(1))
            .ReadAsync(new NoContext(), TestContext.Current.CancellationToken);

    private sealed class NoContext : ISourceContext
    {
        public string? PositionOf(string channel) => null;

        public void Keep(string channel, string position)
        {
            // It has none.
        }

        public void Connected(string channel)
        {
            // Nobody waits for it here.
        }

        public ValueTask GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

        public void Refused(string channel, Refusal refusal) => throw new InvalidOperationException(refusal.ToString());
    }
}
