using Towncrier.Agent.Governing;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Tests.Configuring;

public class LimitTests
{
    [Fact]
    public void Limits_of_a_cache_are_read_and_off_where_they_are_not_set()
    {
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml("""
            caches:
              - path: /one
                disk_limit: 0.92
                disk_limit_check_interval: 5m
                memory_limit: 512MiB
                mem_limit_check_interval: 500ms
                expired_resp_sweep_interval: 3s
                outdated_lru_sweep_interval: 2s
              - { path: /two, memory_limit: 0.7 }
              - { path: /three, disk_limit: off, expired_resp_sweep_interval: off }
              - path: /four
            """));

        options.Caches[0].Limits.ShouldBe(new CacheLimits
        {
            DiskLimit = 0.92,
            DiskLimitCheckInterval = TimeSpan.FromMinutes(5),
            MemoryLimit = 512L << 20,
            MemLimitCheckInterval = TimeSpan.FromMilliseconds(500),
            ExpiredRespSweepInterval = TimeSpan.FromSeconds(3),
            OutdatedLruSweepInterval = TimeSpan.FromSeconds(2),
        });
        options.Caches[1].Limits.ShouldBe(CacheLimits.Off with { MemoryLimit = 0.7 });
        options.Caches[2].Limits.ShouldBe(CacheLimits.Off);
        options.Caches[3].Limits.ShouldBe(CacheLimits.Off);
        using var temp = new TempDirectory();
        var again = AgentOptionsReader.Read(new FlagValues { Config = temp.Write("t.yaml", EffectiveYaml.Write(options)) }, new Dictionary<string, string>(), ConfigFixture.Facts);
        ConfigFixture.Good(again).Caches.Select(cache => cache.Limits).ShouldBe(options.Caches.Select(cache => cache.Limits));
    }

    [Theory]
    [InlineData("disk_limit", "1", "Write a fraction")]
    [InlineData("disk_limit", "0", "Write a fraction")]
    [InlineData("disk_limit", "92%", "Write a fraction")]
    [InlineData("disk_limit", "-0.5", "Write a fraction")]
    [InlineData("disk_limit", "0,92", "Write a fraction")]
    [InlineData("disk_limit", "1e-1", "Write a fraction")]
    [InlineData("disk_limit", "NaN", "Write a fraction")]
    [InlineData("disk_limit", "0.9999999999999999999999999999999999999", "Write a fraction")]
    [InlineData("disk_limit_check_interval", "60", "60s")]
    [InlineData("disk_limit_check_interval", "off", "60s")]
    [InlineData("disk_limit_check_interval", "0", "60s")]
    [InlineData("disk_limit_check_interval", "2d", "60s")]
    [InlineData("memory_limit", "1", "512MiB")]
    [InlineData("memory_limit", "100", "512MiB")]
    [InlineData("memory_limit", "512MB", "512MiB")]
    [InlineData("memory_limit", "0.0000001KiB", "512MiB")]
    [InlineData("memory_limit", "99999999999GiB", "512MiB")]
    [InlineData("mem_limit_check_interval", "1ms", "1s")]
    [InlineData("expired_resp_sweep_interval", "0", "or off")]
    [InlineData("outdated_lru_sweep_interval", "never", "or off")]
    public void What_cannot_be_meant_is_named_with_its_place(string key, string value, string remedy)
    {
        var problem = ConfigFixture.Problems(ConfigFixture.ReadYaml($"caches:\n  - path: /c\n    {key}: '{value}'")).ShouldHaveSingleItem();
        problem.Where.ShouldBe("t.yaml:3");
        problem.What.ShouldBe($"{key} '{value}' cannot be used");
        problem.Remedy.ShouldContain(remedy);
    }

    [Fact]
    public void A_name_that_is_nearly_one_is_told()
    {
        ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c, disk_limits: 0.9}]")).ShouldHaveSingleItem().Remedy.ShouldContain("disk_limit");
        LimitWords.With(CacheLimits.Off, "memory_limits", "1", out var problem, out var remedy).ShouldBeNull();
        (problem, remedy).ShouldBe(("'memory_limits' is no limit", "Did you mean 'memory_limit'?"));
        ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c, disk_limit: [0.9]}]")).ShouldHaveSingleItem().What.ShouldContain("is a list, not a text");
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        var limits = new CacheLimits { DiskLimit = 0.1 + 0.2, MemoryLimit = 123_456_789, DiskLimitCheckInterval = TimeSpan.FromMilliseconds(1234) };
        var read = CacheLimits.Off;
        foreach (var (key, text) in LimitWords.Write(limits)) read = LimitWords.With(read, key, text, out _, out _).ShouldNotBeNull();
        (read with { DiskLimit = limits.DiskLimit }).ShouldBe(limits with { DelayBeforeDelete = read.DelayBeforeDelete, MaxWorkerQueueLen = read.MaxWorkerQueueLen });
        read.DiskLimit!.Value.ShouldBe(0.3, 1e-15);
    }
}
