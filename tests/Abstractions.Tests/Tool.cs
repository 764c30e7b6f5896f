using Towncrier.Peers;

namespace Towncrier.Abstractions.Tests;

/// <summary>Another's program, looked for on the PATH.</summary>
internal static class Tool
{
    /// <summary>Runs it and returns what it printed. Skips the test by name when it is not installed; fails when it fails.</summary>
    public static async Task<string> RunAsync(string name, params string[] args)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip($"{name} is not installed");
        await using var process = ChildProcess.Start(path, args);
        (await process.ExitAsync()).ShouldBe(0, process.Stderr);
        return process.Stdout;
    }
}
