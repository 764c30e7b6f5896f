namespace Towncrier.EndToEnd.Support;

/// <summary>What one run of the command line gave.</summary>
internal sealed record CliResult(int ExitCode, string Stdout, string Stderr);

/// <summary>Runs the real binary to its end.</summary>
internal static class Cli
{
    /// <exception cref="TimeoutException">It had not ended after <see cref="Eventually.Deadline"/>; it was killed.</exception>
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        await using var process = TowncrierBinary.Start(args);
        var code = await process.ExitAsync();
        return new CliResult(code, process.Stdout, process.Stderr);
    }
}
