using System.Diagnostics;

namespace Towncrier.Benchmarks;

/// <summary>
/// Runs several candidates in turn, round after round, and keeps each one's times: on a machine that others use too, a
/// candidate and its anchor then suffer alike. The first round warms up and is not kept.
/// </summary>
internal sealed class Rounds
{
    private readonly List<(string Name, Func<double> Run, List<double> Seconds)> _candidates = [];

    /// <summary>Adds a candidate that says itself how many seconds it took.</summary>
    public void Add(string name, Func<double> run) => _candidates.Add((name, run, []));

    /// <summary>Adds a candidate that is timed from outside.</summary>
    public void AddAction(string name, Action run) => Add(name, () => Time(run));

    public void Run(int rounds)
    {
        for (var round = 0; round <= rounds; round++)
            foreach (var (_, run, seconds) in _candidates)
            {
                var took = run();
                if (round > 0) seconds.Add(took);
            }
    }

    /// <summary>The median of a candidate's times, in seconds.</summary>
    public double this[string name] => Median(_candidates.First(c => c.Name == name).Seconds);

    public double Best(string name) => _candidates.First(c => c.Name == name).Seconds.Min();

    /// <summary>The median over the rounds of one candidate's time by another's in the same round.</summary>
    public double Ratio(string name, string anchor)
    {
        var times = _candidates.First(c => c.Name == name).Seconds;
        var anchors = _candidates.First(c => c.Name == anchor).Seconds;
        return Median([.. times.Zip(anchors, (a, b) => a / b)]);
    }

    public static double Time(Action run)
    {
        var began = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
