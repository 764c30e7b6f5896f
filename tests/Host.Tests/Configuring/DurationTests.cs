using Towncrier.Agent;

namespace Towncrier.Host.Tests.Configuring;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("4d", 345_600_000)]
    [InlineData("10675199d", 922_337_193_600_000)]
    public void Durations_are_read_and_written_back(string text, long milliseconds)
    {
        Durations.TryRead(text, out var value).ShouldBeTrue();
        value.TotalMilliseconds.ShouldBe(milliseconds);
        Durations.TryRead(Durations.Write(value), out var again).ShouldBeTrue();
        again.ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("00")]
    [InlineData("s")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("10 s")]
    [InlineData("10S")]
    [InlineData("99999999999s")]
    [InlineData("9999999999d")]
    public void Anything_else_is_no_duration(string text) => Durations.TryRead(text, out _).ShouldBeFalse();
}
