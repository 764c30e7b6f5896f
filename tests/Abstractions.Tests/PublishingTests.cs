using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests;

public sealed class PublishingTests
{
    private static readonly Invalidation Message = new() { Command = InvalidationCommand.All, Values = [], Id = "1" };

    [Fact]
    public async Task A_message_is_encoded_and_sent()
    {
        await using var twin = new Twin();
        (await twin.PublishAsync(Message, cancel: TestContext.Current.CancellationToken)).Receivers.ShouldBe(1);
        twin.Sent.ShouldBe(["""{"command":"all","id":"1"}"""]);
    }

    [Fact]
    public async Task Several_are_signed_and_sent_in_their_order()
    {
        await using var twin = new Twin();
        var signer = new MessageSigner("k", "secret"u8);
        var published = await twin.PublishAsync([Message, Message with { Id = "2" }], signer, TestContext.Current.CancellationToken);
        published.Select(one => one.Receivers).ShouldBe([1, 2]);
        twin.Sent.ShouldBe([Encoding.UTF8.GetString(signer.Sign(Message)), Encoding.UTF8.GetString(signer.Sign(Message with { Id = "2" }))]);
        foreach (var body in twin.Sent)
            MessageSignature.Check(Encoding.UTF8.GetBytes(body), _ => "secret"u8.ToArray(), out _, out var problem).ShouldBe(SignatureState.Good, problem);
    }

    [Fact]
    public async Task What_the_publisher_cannot_send_is_told()
    {
        await using var twin = new Twin();
        var large = Message with { Source = new string('s', 200) };
        (await Should.ThrowAsync<ArgumentException>(() => twin.PublishAsync(large, cancel: TestContext.Current.CancellationToken)))
            .Message.ShouldContain("and twin sends at most 220");
        twin.Sent.ShouldBeEmpty();
    }

    /// <summary>Keeps what it is given; its nth message has n receivers.</summary>
    private sealed class Twin : IInvalidationPublisher
    {
        public List<string> Sent { get; } = [];

        public string Name => "twin";

        public int MaxBytes => 220;

        public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
        {
            Sent.Add(Encoding.UTF8.GetString(message.Span));
            return Task.FromResult(new Published(Sent.Count));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
