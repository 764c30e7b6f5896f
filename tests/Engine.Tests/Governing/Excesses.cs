using Towncrier.Agent.Governing;
using Towncrier.Linux;

namespace Towncrier.Engine.Tests.Governing;

public sealed class Excesses
{
    [Theory]
    [InlineData(92, 8, 0.92, 0)]
    [InlineData(93, 7, 0.92, 1)]
    [InlineData(100, 0, 0.92, 8)]
    [InlineData(100, 0, 0.5, 50)]
    [InlineData(0, 0, 0.5, 0)]
    [InlineData(50, 45, 0.5, 3)] // a reserve of 5 for root is neither used nor available, as df has it
    public void So_much_has_to_go(long used, long available, double limit, long over)
    {
        Excess.Of(new FileSystemUsage(used, available, 1, 0, 0, AccessTimes.Relative), limit).ShouldBe(new Excess(over, 0));
        Excess.Of(new FileSystemUsage(0, 1, 1, used, available, AccessTimes.Relative), limit).ShouldBe(new Excess(0, over));
    }

    [Fact]
    public void Deleting_has_helped_when_half_of_it_is_gone()
    {
        new Excess(50, 0).IsMuchLessThan(new Excess(100, 0)).ShouldBeTrue();
        new Excess(51, 0).IsMuchLessThan(new Excess(100, 0)).ShouldBeFalse();
        new Excess(0, 6).IsMuchLessThan(new Excess(100, 10)).ShouldBeFalse();
    }
}
