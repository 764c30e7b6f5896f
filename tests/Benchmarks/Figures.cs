using System.Globalization;
using System.Text.Json;

namespace Towncrier.Benchmarks;

/// <summary>Prints each figure as it comes, and keeps it as a line of JSON when a file was asked for.</summary>
internal sealed class Figures(StreamWriter? json) : IDisposable
{
    private string _bench = "";

    public void Begin(string bench, string what)
    {
        _bench = bench;
        Console.WriteLine($"\n{bench}: {what}");
    }

    /// <summary>A figure without a goal: an anchor, or something worth knowing.</summary>
    public void Add(string what, double value, string unit, string note = "") => Add(what, value, unit, null, note);

    /// <param name="most">The goal: at most this much.</param>
    public void Add(string what, double value, string unit, double? most, string note = "")
    {
        var goal = most is { } limit ? $"goal <= {Text(limit)} {(value <= limit ? "reached" : "NOT REACHED")}" : "";
        Console.WriteLine($"  {what,-58} {Text(value),10} {unit,-11} {goal}{(goal.Length > 0 && note.Length > 0 ? "; " : "")}{note}".TrimEnd());
        if (json is null) return;
        json.WriteLine(JsonSerializer.Serialize(new { bench = _bench, what, value, unit, goal = most, note }));
        json.Flush();
    }

    public void Dispose() => json?.Dispose();

    private static string Text(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.1 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 1000 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };
}
