using System.Text;
using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Journaling;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Receiving;

public sealed class Judging
{
    private readonly ManualClock _clock = new();

    private Judge Judge => new(WireLimits.Default, _clock);

    [Fact]
    public void A_message_without_an_id_gets_one_that_sorts_by_time()
    {
        Judge.TryAdmit(Message(), out var first, out _).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Judge.TryAdmit(Message() with { Id = "" }, out var second, out _).ShouldBeTrue();
        first!.Id!.Length.ShouldBe(32);
        string.CompareOrdinal(first.Id, second!.Id).ShouldBeNegative();
    }

    [Fact]
    public void A_message_with_an_id_is_let_in_as_it_is()
    {
        var message = Message() with { Id = "01JD", Expires = _clock.GetUtcNow() };
        Judge.TryAdmit(message, out var admitted, out _).ShouldBeTrue();
        admitted.ShouldBeSameAs(message);
    }

    [Fact]
    public void An_expired_message_is_told_by_how_much()
    {
        var message = Message() with { Expires = _clock.GetUtcNow().AddMilliseconds(-2500) };
        Judge.TryAdmit(message, out var admitted, out var refusal).ShouldBeFalse();
        admitted.ShouldBeNull();
        refusal.Reason.ShouldBe(RefusalReason.Expired);
        refusal.Message.ShouldBe("it expired 2.5 s ago, at 2026-11-21T20:59:57.500Z by this host's clock");
    }

    [Fact]
    public void An_endless_id_is_refused_with_the_bound()
    {
        Judge.TryAdmit(Message() with { Id = new string('x', 201) }, out _, out var refusal).ShouldBeFalse();
        refusal.Reason.ShouldBe(RefusalReason.InvalidValue);
        refusal.Message.ShouldContain("200");
    }

    [Fact]
    public void What_is_no_message_is_refused_with_a_reason()
    {
        foreach (var body in (string[])["", "nonsense", "[]", "{\"command\":\"dance\",\"value\":[\"x\"]}"])
        {
            Judge.TryAdmit(Encoding.UTF8.GetBytes(body), out var message, out var refusal).ShouldBeFalse();
            message.ShouldBeNull();
            refusal.Message.ShouldNotBeNullOrEmpty();
        }
    }

    private static Invalidation Message() => new() { Command = InvalidationCommand.Purge, Values = ["/news/"] };
}
