using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>Which message is extended when, and which is known.</summary>
public class LedgerTests
{
    private static readonly TimeSpan Visibility = TimeSpan.FromMinutes(10);

    private readonly ForwardClock _clock = new();

    [Fact]
    public void A_message_is_due_when_half_of_its_visibility_is_over()
    {
        var ledger = new Ledger(10, AwsLimits.LongestHidden, _clock);
        ledger.Admit(Message("a"), Visibility, out var held).ShouldBe(Admission.New);
        _clock.Forward(TimeSpan.FromMinutes(4.9));
        ledger.Due().ShouldBeEmpty();
        _clock.Forward(TimeSpan.FromMinutes(0.2));
        ledger.Due().Single().ShouldBe((held, "r1", 600));
        ledger.Extended(held!, "r1", Visibility);
        ledger.Due().ShouldBeEmpty();
    }

    [Fact]
    public void A_message_is_extended_up_to_twelve_hours_and_then_let_go_until_it_comes_again()
    {
        var ledger = new Ledger(10, AwsLimits.LongestHidden, _clock);
        ledger.Admit(Message("a"), Visibility, out var held);
        _clock.Forward(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(5));
        ledger.Due().Single().Seconds.ShouldBe(240);
        _clock.Forward(TimeSpan.FromMinutes(5));
        ledger.Due().ShouldBeEmpty();
        ledger.Admit(Message("a", "r2"), Visibility, out _).ShouldBe(Admission.Held);
        _clock.Forward(TimeSpan.FromMinutes(6));
        ledger.Due().Single().Receipt.ShouldBe("r2");
        ledger.Complete(held!).ShouldBe("r2");
    }

    [Fact]
    public void A_stale_handle_is_not_extended_and_an_old_answer_is_not_heeded()
    {
        var ledger = new Ledger(10, AwsLimits.LongestHidden, _clock);
        ledger.Admit(Message("a"), Visibility, out var held);
        _clock.Forward(Visibility);
        ledger.Extended(held!, "r1", null);
        ledger.Due().ShouldBeEmpty();
        ledger.Admit(Message("a", "r2"), Visibility, out _);
        ledger.Extended(held!, "r1", null);
        _clock.Forward(Visibility);
        ledger.Due().Count.ShouldBe(1);
    }

    [Fact]
    public void What_was_settled_for_good_is_known_as_long_as_there_is_memory()
    {
        var ledger = new Ledger(remembered: 2, AwsLimits.LongestHidden, _clock);
        foreach (var id in new[] { "a", "b", "c" })
        {
            ledger.Admit(Message(id), Visibility, out var held);
            ledger.Complete(held!);
        }

        ledger.Admit(Message("a"), Visibility, out _).ShouldBe(Admission.New);
        ledger.Admit(Message("b"), Visibility, out _).ShouldBe(Admission.Completed);
        ledger.Admit(Message("d"), Visibility, out var bad);
        ledger.Reject(bad!);
        ledger.Admit(Message("d"), Visibility, out _).ShouldBe(Admission.Rejected);
        ledger.Admit(Message("e"), Visibility, out var abandoned);
        ledger.Release(abandoned!);
        ledger.Admit(Message("e"), Visibility, out _).ShouldBe(Admission.New);
        ledger.Count.ShouldBe(2);
    }

    private static ReceivedMessage Message(string id, string receipt = "r1") =>
        new(id, receipt, "x"u8.ToArray(), 1, DateTimeOffset.UnixEpoch, new Dictionary<string, string>());

    private sealed class ForwardClock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Forward(TimeSpan by) => _ticks += by.Ticks;
    }
}
