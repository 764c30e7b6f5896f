using System.Globalization;
using Towncrier.Host.Warming;

namespace Towncrier.Host.Tests.Warming;

public sealed class NginxProcessesTests : IDisposable
{
    private const double Uptime = 1_000_000;
    private readonly TempDirectory _proc = new();

    [Fact]
    public void None_is_absent() => Look().ShouldBe(NginxPhase.Absent);

    [Fact]
    public void One_that_has_just_started_is_cold_before_its_loader_is_seen()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: 3);
        Look().ShouldBe(NginxPhase.Cold);
    }

    [Fact]
    public void One_whose_loader_is_at_work_is_warm_for_it_looks_nowhere_twice()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: 500);
        Process(11, 10, "nginx: worker process", age: 500);
        Process(12, 10, "nginx: cache loader process", age: 499);
        Look().ShouldBe(NginxPhase.Warm);
    }

    [Fact]
    public void One_whose_loader_has_ended_is_warm()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: 70);
        Process(11, 10, "nginx: worker process", age: 70);
        Process(12, 10, "nginx: cache manager process", age: 70);
        Look().ShouldBe(NginxPhase.Warm);
    }

    [Fact]
    public void A_loader_that_came_long_after_it_does_not_make_it_cold_again_and_that_of_another_nginx_neither()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: 500);
        Process(12, 10, "nginx: cache loader process", age: 20);
        Process(13, 99, "nginx: cache loader process", age: 500);
        Look().ShouldBe(NginxPhase.Warm);
    }

    [Fact]
    public void One_that_began_after_now_is_warm_for_its_age_is_not_known()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: -5000);
        Look().ShouldBe(NginxPhase.Warm);
    }

    [Fact]
    public void Of_several_one_that_is_warm_decides_and_with_a_pid_file_the_one_it_names()
    {
        Process(10, 1, "nginx: master process /usr/sbin/nginx", age: 500);
        Process(20, 1, "nginx: master process /usr/sbin/nginx", age: 5);
        Look().ShouldBe(NginxPhase.Warm);
        Look(_proc.Write("cold.pid", "20\n")).ShouldBe(NginxPhase.Cold);
        Look(_proc.Write("gone.pid", "30\n")).ShouldBe(NginxPhase.Absent);
        Look(_proc.Write("empty.pid", "")).ShouldBe(NginxPhase.Absent);
        Look("/nowhere/nginx.pid").ShouldBe(NginxPhase.Absent);
    }

    [Theory]
    [InlineData("12 (nginx) S 10")]
    [InlineData("")]
    [InlineData("12 (a) b) c S x 1")]
    public void What_cannot_be_read_is_no_process(string stat)
    {
        Process(12, 1, "nginx: master process x", age: 1);
        _proc.Write("12/stat", stat);
        Look().ShouldBe(NginxPhase.Absent);
    }

    [Fact]
    public void The_process_table_of_this_machine_can_be_read() => new NginxProcesses("/proc", "/nowhere/nginx.pid").Look().ShouldBe(NginxPhase.Absent);

    public void Dispose() => _proc.Dispose();

    private NginxPhase Look(string? pid = null)
    {
        _proc.Write("uptime", Uptime.ToString(CultureInfo.InvariantCulture) + ".00 123.45\n");
        return new NginxProcesses(_proc.Path, pid).Look();
    }

    // As proc(5) has it: a name may hold blanks and brackets.
    private void Process(int id, int parent, string title, double age)
    {
        var began = ((long)((Uptime - age) * 100)).ToString(CultureInfo.InvariantCulture);
        _proc.Write($"{id}/cmdline", title + "\0\0\0");
        _proc.Write($"{id}/stat", $"{id} (nginx: ) (x) S {parent} 5 5 0 -1 4194560 123 0 0 0 0 0 0 0 20 0 1 0 {began} 12345 678\n");
    }
}
