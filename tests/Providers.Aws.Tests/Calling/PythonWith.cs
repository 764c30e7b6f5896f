namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>A python that has a module: the first of PATH, or the system's, where Debian's packages are.</summary>
internal static class PythonWith
{
    /// <summary>Skips the test by name when none has it.</summary>
    public static async Task<string> ModuleAsync(string module)
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "python3")).Where(File.Exists);
        foreach (var python in onPath.Append("/usr/bin/python3").Distinct().Where(File.Exists))
        {
            await using var process = ChildProcess.Start(python, ["-c", "import " + module]);
            if (await process.ExitAsync() == 0) return python;
        }

        Assert.Skip($"python3 has no {module} (Debian: python3-{module})");
        return "";
    }
}
