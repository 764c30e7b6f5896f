using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

/// <summary>A child process (this assembly, running one explicit test) appends until SIGKILL or a full file stops it.</summary>
public sealed class Killing : IDisposable
{
    private const string Variable = "TOWNCRIER_TEST_JOURNAL";
    private readonly JournalBench _bench = new();
    private readonly ConcurrentQueue<string> _said = new();   // by the child

    [Fact]
    public async Task After_a_kill_everything_acknowledged_is_there()
    {
        var acknowledged = Path.Combine(_bench.Root, "acknowledged");
        for (var round = 1; round <= 3; round++)
        {
            using var child = Start(nameof(Child_appends_until_it_is_killed));
            await WaitForLinesAsync(acknowledged, round * 300, child);
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            var ids = (await File.ReadAllTextAsync(acknowledged, TestContext.Current.CancellationToken)).Split('\n')[..^1];
            var replay = await _bench.ReplayAsync();
            replay.SkippedLines.ShouldBe(0);
            ids.Except(replay.Unapplied.Select(r => r.Id)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_write_that_ends_half_way_is_taken_back_and_shorter_ones_still_fit()
    {
        // The limit on the size of a file stands in for a full disk: the kernel writes what fits, then fails.
        using var child = Start(nameof(Child_appends_until_nothing_fits), "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"");
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        child.ExitCode.ShouldBe(0, string.Join('\n', _said));

        var ids = await File.ReadAllLinesAsync(Path.Combine(_bench.Root, "acknowledged"), TestContext.Current.CancellationToken);
        ids.ShouldContain(id => id.StartsWith("long", StringComparison.Ordinal));
        ids.ShouldContain(id => id.StartsWith("short", StringComparison.Ordinal));
        var replay = await _bench.ReplayAsync();
        replay.Unapplied.Select(r => r.Id).ShouldBe(ids);
        (replay.CutBytes, replay.SkippedLines).ShouldBe((0, 0));
    }

    [Fact(Explicit = true)]
    public async Task Child_appends_until_nothing_fits()
    {
        var root = Environment.GetEnvironmentVariable(Variable).ShouldNotBeNull();
        await using var journal = OpenIn(root, new JournalOptions());
        _ = journal.RunAsync(CancellationToken.None);
        foreach (var (name, length) in new[] { ("long", 5000), ("short", 1) })
        {
            var failed = await Should.ThrowAsync<IOException>(async () =>
            {
                for (var i = 0; ; i++)
                {
                    await journal.AppendAsync(_bench.Accepted($"{name}-{i}", new string('x', length)), CancellationToken.None);
                    File.AppendAllText(Path.Combine(root, "acknowledged"), $"{name}-{i}\n");
                }
            });
            failed.Message.ShouldContain("journal-000001.log");
        }
    }

    [Fact(Explicit = true)]
    public async Task Child_appends_until_it_is_killed()
    {
        var root = Environment.GetEnvironmentVariable(Variable).ShouldNotBeNull();
        await using var journal = OpenIn(root, new JournalOptions { SegmentBytes = 64 * 1024 });
        _ = journal.RunAsync(CancellationToken.None);
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var i = 0; ; i++)
            {
                var id = $"{Environment.ProcessId}-{worker}-{i}";
                await journal.AppendAsync(_bench.Accepted(id), CancellationToken.None);
                lock (gate) File.AppendAllText(Path.Combine(root, "acknowledged"), id + "\n");
            }
        }));
    }

    private static Journal OpenIn(string root, JournalOptions options) =>
        Journal.Open(Path.Combine(root, "state"), options, TimeProvider.System, NullLogger.Instance);

    private Process Start(string test, string shell = "exec \"$0\" \"$@\"")
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        List<string> command = ["-c", shell, Environment.ProcessPath!];
        if (Path.GetFileName(Environment.ProcessPath) == "dotnet") command.Add(typeof(Killing).Assembly.Location);
        command.AddRange(["-explicit", "only", "-method", $"{typeof(Killing).FullName}.{test}"]);
        foreach (var argument in command) start.ArgumentList.Add(argument);
        // The runtime's own write-xor-execute mapping is a big sparse file, which the limit would forbid.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment[Variable] = _bench.Root;
        var child = Process.Start(start)!;
        child.OutputDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        child.BeginOutputReadLine();
        return child;
    }

    private async Task WaitForLinesAsync(string path, int lines, Process child)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            child.HasExited.ShouldBeFalse("the child ended by itself: " + string.Join('\n', _said));
            await tick.WaitForNextTickAsync(deadline.Token);
        }
        while (!File.Exists(path) || File.ReadLines(path).Take(lines).Count() < lines);
    }

    public void Dispose() => _bench.Dispose();
}
