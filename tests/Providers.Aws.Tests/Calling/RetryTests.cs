using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

public sealed class RetryTests
{
    [Fact]
    public void A_call_is_tried_three_times_and_pays_for_each_retry()
    {
        var quota = new RetryQuota(new Random(1));
        var retries = new Retries(quota);
        retries.MarkFailure(TryOutcome.Passing).ShouldBeTrue();
        retries.MarkFailure(TryOutcome.TimedOut).ShouldBeTrue();
        retries.MarkFailure(TryOutcome.Passing).ShouldBeFalse();
        Left(quota).ShouldBe(500 - 5 - 10);
    }

    [Fact]
    public void What_would_not_end_otherwise_is_not_tried_again()
    {
        var quota = new RetryQuota(new Random(1));
        new Retries(quota).MarkFailure(TryOutcome.Final).ShouldBeFalse();
        Left(quota).ShouldBe(500);
    }

    [Fact]
    public void A_success_gives_back_what_its_last_retry_cost_or_one()
    {
        var quota = new RetryQuota(new Random(1));
        quota.TryTake(100).ShouldBeTrue();
        new Retries(quota).MarkSuccess();
        var retries = new Retries(quota);
        retries.MarkFailure(TryOutcome.Passing);
        retries.MarkFailure(TryOutcome.TimedOut);
        retries.MarkSuccess();
        Left(quota).ShouldBe(400 + 1 - 5 - 10 + 10);
    }

    [Fact]
    public void The_quota_never_grows_beyond_its_size()
    {
        var quota = new RetryQuota(new Random(1));
        for (var i = 0; i < 10; i++) new Retries(quota).MarkSuccess();
        Left(quota).ShouldBe(RetryQuota.Most);
    }

    [Fact]
    public void Once_the_quota_is_used_up_each_call_is_tried_once()
    {
        var quota = new RetryQuota(new Random(1));
        var retried = 0;
        for (var i = 0; i < 200; i++)
        {
            var retries = new Retries(quota);
            while (retries.MarkFailure(TryOutcome.Passing)) retried++;
        }

        retried.ShouldBe(RetryQuota.Most / Retries.RetryCost);
    }

    [Fact]
    public void Delays_are_anything_up_to_a_second_doubled_up_to_twenty()
    {
        var quota = new RetryQuota(new Almost());
        var retries = new Retries(quota);
        var delays = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            retries.MarkFailure(TryOutcome.Final);
            delays.Add(Math.Round(retries.NextDelay().TotalSeconds, 3));
        }

        delays.ShouldBe([1, 2, 4, 8, 16, 20, 20, 20]);
        new RetryQuota(new Random(7)).ShareOf(TimeSpan.FromSeconds(20)).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(500, "Http500", TryOutcome.Passing)]
    [InlineData(503, "ServiceUnavailable", TryOutcome.Passing)]
    [InlineData(429, "Http429", TryOutcome.Passing)]
    [InlineData(400, "RequestThrottled", TryOutcome.Passing)]
    [InlineData(400, "ThrottlingException", TryOutcome.Passing)]
    [InlineData(400, "Throttling", TryOutcome.Passing)]
    [InlineData(400, "KMSThrottling", TryOutcome.Passing)]
    [InlineData(400, "RequestTimeout", TryOutcome.TimedOut)]
    [InlineData(400, "InvalidParameterValue", TryOutcome.Final)]
    [InlineData(403, "AccessDenied", TryOutcome.Final)]
    [InlineData(404, "NotFound", TryOutcome.Final)]
    [InlineData(301, "Http301", TryOutcome.Final)]
    internal void Only_failures_that_pass_are_tried_again(int status, string code, TryOutcome expected) => ErrorCodes.OutcomeOf(status, code).ShouldBe(expected);

    [Fact]
    public void The_clock_is_healed_only_by_a_time_far_from_what_was_signed()
    {
        var clock = new ServerClock(TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        clock.TryHeal(now.AddSeconds(50), now).ShouldBeFalse();
        clock.Offset.ShouldBe(TimeSpan.Zero);
        clock.TryHeal(now.AddHours(-2), now).ShouldBeTrue();
        clock.Offset.TotalMinutes.ShouldBe(-120, 1);
        // Another call that was signed before the first was healed is healed too.
        clock.TryHeal(now.AddHours(-2), now).ShouldBeTrue();
        clock.TryHeal(now.AddHours(-2), clock.Now).ShouldBeFalse();
    }

    private static int Left(RetryQuota quota)
    {
        var left = 0;
        while (quota.TryTake(1)) left++;
        return left;
    }

    private sealed class Almost : Random
    {
        public override double NextDouble() => 0.99999;
    }
}
