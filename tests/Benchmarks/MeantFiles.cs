using System.Diagnostics;
using System.Text;

namespace Towncrier.Benchmarks;

/// <summary>A message for each file of a flat cache, and the waiting for those files to go.</summary>
internal sealed class MeantFiles
{
    private readonly string[] _names;

    public MeantFiles(int count)
    {
        var entry = new SyntheticEntry(1000);
        (_names, Messages) = (new string[count], new string[count]);
        for (var i = 0; i < count; i++)
        {
            entry.Make(i);
            _names[i] = entry.Name.ToString();
            Messages[i] = $$"""{"command":"purge","host":"{{Encoding.ASCII.GetString(entry.Key[5..SyntheticEntry.UriAt])}}","value":["{{Encoding.ASCII.GetString(entry.Uri)}}"]}""";
        }
    }

    public string[] Messages { get; }

    /// <summary>Milliseconds from sending to purging, sorted, once nothing more has come for <paramref name="quietSeconds"/>.</summary>
    public double[] Await(Deletions deletions, long[] sent, out int lost, int quietSeconds = 5)
    {
        var seen = -1;
        for (var quiet = 0; deletions.At.Count < sent.Length && quiet < quietSeconds * 10;)
        {
            Thread.Sleep(100);
            quiet = deletions.At.Count == seen ? quiet + 1 : 0;
            seen = deletions.At.Count;
        }

        double[] times = [.. Enumerable.Range(0, sent.Length).Where(i => deletions.At.ContainsKey(_names[i])).Select(i => Stopwatch.GetElapsedTime(sent[i], deletions.At[_names[i]]).TotalMilliseconds).Order()];
        lost = sent.Length - times.Length;
        return times;
    }

    public static double Percentile(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)];
}
