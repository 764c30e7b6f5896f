using System.Text;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("\t\n\r ~ü\u0080퟿\ue000\ufffd😀\U0010ffff")]
    public void Text_that_AWS_takes_is_taken(string text) => MessageText.Require(Encoding.UTF8.GetBytes(text), "body");

    [Theory]
    [InlineData("", "empty")]
    [InlineData("61 00", "U+0000 at byte 1")]
    [InlineData("61 1f", "U+001F at byte 1")]
    [InlineData("ef bf be", "U+FFFE at byte 0")]
    [InlineData("c3 a4 ff", "no UTF-8 at byte 2")]
    [InlineData("ed a0 80", "no UTF-8 at byte 0")]
    [InlineData("c0 80", "no UTF-8 at byte 0")]
    [InlineData("61 c3", "no UTF-8 at byte 1")]
    public void Text_that_AWS_would_refuse_is_refused_with_its_place(string hex, string problem) =>
        Should.Throw<ArgumentException>(() => MessageText.Require(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), "body")).Message.ShouldContain(problem);

    [Fact]
    public async Task Nothing_is_sent_of_a_batch_with_a_text_that_is_none()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(200, "{}"));
        using var caller = Make.Caller(peer);
        OutgoingMessage[] batch = [new("good"u8.ToArray()), new("bad\0"u8.ToArray())];
        await Should.ThrowAsync<ArgumentException>(() => new SqsClient(caller).SendAsync(Make.Queue, batch, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(() => new SnsClient(caller).PublishAsync(Make.Topic, batch, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(() => new SnsClient(caller).PublishAsync(Make.Topic, [new("x"u8.ToArray(), new Dictionary<string, string> { ["k"] = "\u0001" })], TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(() => new SqsClient(caller).DeleteAsync(Make.Queue, [.. Enumerable.Repeat("r", 11)], TestContext.Current.CancellationToken));
        peer.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_batch_is_not_sent()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(200, "{}"));
        using var caller = Make.Caller(peer);
        (await new SqsClient(caller).DeleteAsync(Make.Queue, [], TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await new SnsClient(caller).PublishAsync(Make.Topic, [], TestContext.Current.CancellationToken)).ShouldBeEmpty();
        peer.Requests.ShouldBeEmpty();
    }
}
