using System.Text;
using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Tests.Reading;

namespace Towncrier.Providers.Aws.Tests.Publishing;

/// <summary>Sending to topics and queues.</summary>
public class PublisherTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_sent_at_the_same_time_goes_in_few_calls(bool isTopic)
    {
        await using var site = await Site.StartAsync();
        var topic = await site.Talk.CreateTopicAsync("t");
        await site.Talk.SubscribeAsync("t", "q", ("RawMessageDelivery", "true"));
        var options = new AwsPublisherOptions { Access = site.Access, Topic = isTopic ? topic : null, Queue = isTopic ? null : "q" };
        options.Problems().ShouldBeEmpty();
        await using var publisher = new AwsPublisher(options, TimeProvider.System, new Random(1));
        publisher.Name.ShouldBe(isTopic ? "aws:t" : "aws:q");
        var bodies = Enumerable.Range(0, 300).Select(i => $$"""{"id":"{{i}}"}""").ToList();
        var published = await Task.WhenAll(bodies.Select(body => publisher.PublishAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken)));
        published.ShouldAllBe(one => one.Receivers == null);
        (await site.Talk.LookAsync("q")).Ready.Order().ShouldBe(bodies.Order());
        site.Faults.CallsOf(isTopic ? "PublishBatch" : "SendMessageBatch").ShouldBeInRange(30, 60);
    }

    [Fact]
    public async Task The_largest_messages_go_one_to_a_call()
    {
        await using var site = await Site.StartAsync();
        var topic = await site.Talk.CreateTopicAsync("t");
        await site.Talk.SubscribeAsync("t", "q", ("RawMessageDelivery", "true"));
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Topic = topic }, TimeProvider.System, new Random(1));
        var host = new string('h', 255);
        var start = $$"""{"command":"xkey.soft","host":"{{host}}","value":[" """;
        var body = Encoding.UTF8.GetBytes(start + new string('x', publisher.MaxBytes - start.Length));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => publisher.PublishAsync(body, TestContext.Current.CancellationToken)));
        (await site.Talk.LookAsync("q")).Ready.Count.ShouldBe(3);
        await Should.ThrowAsync<ArgumentException>(publisher.PublishAsync(new byte[publisher.MaxBytes + 1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Each_caller_gets_the_result_of_its_own_message()
    {
        await using var batcher = AwsPublisher.Batcher("sns:Publish",
            (messages, _) => Task.FromResult<IReadOnlyList<BatchFailure>>([.. messages.Select((message, i) => new BatchFailure(i, "Odd", "it is odd", true)).Where(failure => messages[failure.Index].Body.Span[0] % 2 == 1)]), 2, TimeProvider.System);
        for (byte i = 0; i < 20; i++)
        {
            var sending = batcher.SendAsync(new OutgoingMessage(new[] { i }), 1, TestContext.Current.CancellationToken);
            if (i % 2 == 0) await sending;
            else (await Should.ThrowAsync<AwsException>(sending)).Message.ShouldBe("sns:Publish refused the message: Odd: it is odd");
        }
    }

    [Fact]
    public async Task A_batch_has_ten_messages_and_256_KiB_at_most()
    {
        var sizes = new List<int>();
        var gate = new TaskCompletionSource();
        await using var batcher = AwsPublisher.Batcher("sns:Publish",
            async (messages, _) =>
            {
                lock (sizes) sizes.Add(messages.Count);
                await gate.Task;
                return [];
            }, 1, TimeProvider.System);
        var sending = Enumerable.Range(0, 5).Select(_ => batcher.SendAsync(new OutgoingMessage(new byte[1]), 100 * 1024, TestContext.Current.CancellationToken))
            .Concat(Enumerable.Range(0, 25).Select(_ => batcher.SendAsync(new OutgoingMessage(new byte[1]), 1, TestContext.Current.CancellationToken))).ToList();
        gate.SetResult();
        await Task.WhenAll(sending);
        sizes.Sum().ShouldBe(30);
        sizes.Skip(1).Take(2).ShouldAllBe(size => size <= 10);
        sizes.Max().ShouldBeLessThanOrEqualTo(10);
        sizes.Count.ShouldBeInRange(5, 8);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_told_to_every_caller_and_the_next_call_asks_again()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Topic = AwsTalk.TopicArn("t") }, TimeProvider.System, new Random(1));
        var sending = Enumerable.Range(0, 5).Select(_ => publisher.PublishAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken)).ToList();
        foreach (var one in sending) (await Should.ThrowAsync<AwsException>(one)).Code.ShouldBe("NotFound");
        await site.Talk.CreateTopicAsync("t");
        await publisher.PublishAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0001")]
    public async Task What_AWS_does_not_carry_is_refused_before_it_is_sent(string body)
    {
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Topic = AwsTalk.TopicArn("t") }, TimeProvider.System, new Random(1));
        await Should.ThrowAsync<ArgumentException>(publisher.PublishAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_waits_is_sent_before_it_is_closed()
    {
        await using var site = await Site.StartAsync();
        var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Queue = "q" }, TimeProvider.System, new Random(1));
        var sending = Enumerable.Range(0, 50).Select(i => publisher.PublishAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken)).ToList();
        await publisher.DisposeAsync();
        await Task.WhenAll(sending);
        (await site.Talk.LookAsync("q")).Ready.Count.ShouldBe(50);
        await Should.ThrowAsync<ObjectDisposedException>(publisher.PublishAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_be_sent_in_time_when_it_is_closed_fails_for_its_callers()
    {
        var batcher = AwsPublisher.Batcher("sns:Publish",
            async (_, cancel) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
                return [];
            }, 1, new HurriedClock());
        var sending = Enumerable.Range(0, 25).Select(_ => batcher.SendAsync(new OutgoingMessage(new byte[1]), 1, TestContext.Current.CancellationToken)).ToList();
        await batcher.DisposeAsync();
        foreach (var one in sending) (await Should.ThrowAsync<IOException>(one)).Message.ShouldContain("closed");
    }

    // Its seconds are milliseconds.
    private sealed class HurriedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(System.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime / 1000, period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
