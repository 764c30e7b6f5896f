using System.Diagnostics;
using System.Globalization;

namespace Towncrier.Benchmarks;

/// <summary>Other programs: the yardstick, grep, and this program again where a process of its own is measured.</summary>
internal static class Child
{
    /// <summary>Runs the yardstick; the seconds and the count it prints.</summary>
    public static (double Seconds, long Count) Walk(BenchOptions options, params string[] arguments)
    {
        var words = Run(options.Walk, arguments).Split(' ', '\n');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs a walk of the yardstick; the processor time it used, in seconds.</summary>
    public static (double Seconds, double Processor) WalkTimes(BenchOptions options, params string[] arguments)
    {
        var words = Run(options.Walk, arguments).Split(' ', '\n');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[2], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs one part of this program in a fresh process; the numbers it prints.</summary>
    public static double[] Self(params string[] arguments)
        => [.. Run(Environment.ProcessPath!, [typeof(Child).Assembly.Location, .. arguments])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    /// <summary>What <see cref="Self"/> reads.</summary>
    public static void Answer(params double[] numbers)
        => Console.WriteLine(string.Join(' ', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture))));

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode is 0 or 1) return output; // grep says 1 for no match
        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
