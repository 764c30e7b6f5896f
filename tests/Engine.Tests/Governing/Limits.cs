using Towncrier.Agent.Governing;

namespace Towncrier.Engine.Tests.Governing;

public sealed class Limits
{
    [Fact]
    public void Defaults_are_the_originals()
    {
        var limits = new CacheLimits();
        (limits.DiskLimit, limits.MemoryLimit, limits.MaxWorkerQueueLen).ShouldBe((0.92, 0.7, 50));
        (limits.DiskLimitCheckInterval, limits.MemLimitCheckInterval).ShouldBe((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1)));
        (limits.ExpiredRespSweepInterval, limits.OutdatedLruSweepInterval, limits.DelayBeforeDelete)
            .ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        limits.Problems().ShouldBeEmpty();
        limits.AreOff.ShouldBeFalse();
        CacheLimits.Off.AreOff.ShouldBeTrue();
        CacheLimits.Off.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        var wrong = new CacheLimits
        {
            DiskLimit = 1,
            MemoryLimit = 4096,
            DiskLimitCheckInterval = TimeSpan.Zero,
            MemLimitCheckInterval = TimeSpan.FromDays(2),
            ExpiredRespSweepInterval = TimeSpan.FromMilliseconds(1),
            OutdatedLruSweepInterval = TimeSpan.FromSeconds(-1),
            DelayBeforeDelete = TimeSpan.FromSeconds(-1),
            MaxWorkerQueueLen = 0,
        };
        wrong.Problems().Select(problem => problem.Split(' ')[0]).ShouldBe([
            "disk_limit", "memory_limit", "disk_limit_check_interval", "mem_limit_check_interval", "expired_resp_sweep_interval",
            "outdated_lru_sweep_interval", "delay_before_delete", "max_worker_queue_len"]);
    }

    [Theory]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(0, false)]
    [InlineData(-0.5, false)]
    [InlineData(0.0001, true)]
    [InlineData(0.999, true)]
    [InlineData(1, false)]
    [InlineData(65_536, true)]
    [InlineData(1e12, true)]
    [InlineData(1e300, false)]
    public void A_memory_limit_is_a_fraction_or_bytes(double limit, bool good)
        => new CacheLimits { MemoryLimit = limit }.Problems().Any().ShouldBe(!good);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(92)]
    [InlineData(-0.1)]
    public void A_disk_limit_is_a_fraction(double limit) => new CacheLimits { DiskLimit = limit }.Problems().ShouldHaveSingleItem().ShouldStartWith("disk_limit");
}
