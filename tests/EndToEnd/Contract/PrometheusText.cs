using System.Globalization;
using System.Text.RegularExpressions;

namespace Towncrier.EndToEnd.Contract;

/// <summary>One sample: name, labels and value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>A strict reader of Prometheus' text format 0.0.4: what it takes, Prometheus takes.</summary>
internal sealed partial record PrometheusText(IReadOnlyDictionary<string, string> Types, IReadOnlyList<Sample> Samples)
{
    public static PrometheusText Parse(string text)
    {
        text.ShouldEndWith("\n");
        var types = new Dictionary<string, string>();
        var helped = new HashSet<string>();
        var samples = new List<Sample>();
        var seen = new HashSet<string>();
        var family = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                helped.Add(line.Split(' ')[2]).ShouldBeTrue("one HELP a family: " + line);
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                parts.Length.ShouldBe(4, line);
                parts[3].ShouldBeOneOf("counter", "gauge", "histogram");
                family = parts[2];
                types.TryAdd(family, parts[3]).ShouldBeTrue("one TYPE a family: " + line);
            }
            else
            {
                var sample = ReadSample(line);
                var stem = types.GetValueOrDefault(family) == "histogram" ? Suffix().Replace(sample.Name, "") : sample.Name;
                stem.ShouldBe(family, "a sample stands below its TYPE");
                seen.Add(line[..line.LastIndexOf(' ')]).ShouldBeTrue("one sample a series: " + line);
                samples.Add(sample);
            }
        }

        types.Keys.Order().ShouldBe(helped.Order());
        return new PrometheusText(types, samples);
    }

    /// <summary>The sum of the samples of this name that have all these labels.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) => Of(name, labels).Sum(s => s.Value);

    public IEnumerable<Sample> Of(string name, params (string Name, string Value)[] labels) =>
        Samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value));

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        match.Success.ShouldBeTrue("no sample: " + line);
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
            labels.TryAdd(label.Groups["name"].Value, label.Groups["value"].Value).ShouldBeTrue("a label twice: " + line);
        var value = match.Groups["value"].Value;
        var number = value switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => double.Parse(value, CultureInfo.InvariantCulture) };
        return new Sample(match.Groups["name"].Value, labels, number);
    }

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\n"])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\n"])*")*)\})? (?<value>[+-]?([0-9.]+([eE][+-]?[0-9]+)?|Inf)|NaN)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\[\\n"])*)" ?""")]
    private static partial Regex Label();
}
