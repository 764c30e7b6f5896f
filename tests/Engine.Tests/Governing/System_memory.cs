using Towncrier.Agent.Governing;

namespace Towncrier.Engine.Tests.Governing;

public sealed class System_memory : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("towncrier-memory-").FullName;

    [Fact]
    public void Without_a_cgroup_the_systems_counts()
    {
        Write("proc/meminfo", "MemTotal:        1000 kB\nMemFree:          10 kB\nMemAvailable:     250 kB\n");
        Used().ShouldBe(0.75);
        Write("proc/self/cgroup", "0::/\n"); // the root group, which has no limit
        Used().ShouldBe(0.75);
        Write("proc/self/cgroup", "4:memory:/old\n1:name=systemd:/x\n"); // version 1
        Used().ShouldBe(0.75);
    }

    [Fact]
    public void The_tightest_cgroup_with_a_limit_counts()
    {
        Write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 900 kB\n");
        Write("proc/self/cgroup", "0::/system.slice/towncrier.service\n");
        Group("system.slice/towncrier.service", "max", "900", "inactive_file 0\n");
        Group("system.slice", "1000", "900", "anon 100\ninactive_file 300\nactive_file 200\n");
        Group("", "2000", "100", "");
        Used().ShouldBe(0.6);
        Group("system.slice/towncrier.service", "1000", "900", "inactive_file 100\n");
        Used().ShouldBe(0.8);
    }

    [Fact]
    public void What_cannot_be_read_is_no_limit()
    {
        Used().ShouldBeNull();
        SystemMemory.OfSystem("MemTotal: x kB\nMemAvailable: 1 kB"u8).ShouldBeNull();
        SystemMemory.OfSystem("MemTotal: 0 kB\nMemAvailable: 0 kB"u8).ShouldBeNull();
        SystemMemory.OfSystem("MemTotal"u8).ShouldBeNull();
        SystemMemory.Of(10, 50, 90).ShouldBe(0);
        SystemMemory.Of(10, 50, 0).ShouldBe(1);
        Write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 500 kB\n");
        Write("proc/self/cgroup", "0::/a/b\n");
        foreach (var (max, current) in (ReadOnlySpan<(string, string)>)[("max", "1"), ("0", "1"), ("-5", "1"), ("10", ""), ("", "5"), ("x", "5")])
        {
            Group("a", max, current, "inactive_file");
            Used().ShouldBe(0.5);
        }
    }

    [Fact]
    public void This_machine_has_some_in_use() => new SystemMemory().Used().ShouldNotBeNull().ShouldBeInRange(0.001, 1);

    public void Dispose() => Directory.Delete(_top, recursive: true);

    private double? Used() => new SystemMemory(Path.Combine(_top, "proc"), Path.Combine(_top, "cgroup")).Used();

    private void Group(string path, string max, string current, string stat)
    {
        Write($"cgroup/{path}/memory.max", max + "\n");
        Write($"cgroup/{path}/memory.current", current + "\n");
        Write($"cgroup/{path}/memory.stat", stat);
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_top, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
