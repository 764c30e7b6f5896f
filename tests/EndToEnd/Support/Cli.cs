namespace Towncrier.EndToEnd.Support;

/// <summary>What one run of the command line gave.</summary>
internal sealed record CliResult(int ExitCode, string Stdout, string Stderr);

/// <summary>Runs the real binary to its end.</summary>
internal static class Cli
{
    /// <exception cref="TimeoutException">It had not ended after <see cref="Eventually.Deadline"/>; it was killed.</exception>
    public static Task<CliResult> RunAsync(params string[] args) => RunAsync(args, null);

    /// <inheritdoc cref="RunAsync(string[])"/>
    public static async Task<CliResult> RunAsync(IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment)
    {
        await using var process = TowncrierBinary.Start(args, environment);
        var code = await process.ExitAsync();
        return new CliResult(code, process.Stdout, process.Stderr);
    }
}
