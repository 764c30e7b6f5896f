using System.Globalization;

namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>One *_cache_path directive.</summary>
/// <param name="Kind">proxy, fastcgi, uwsgi or scgi.</param>
/// <param name="Name">The name of keys_zone.</param>
/// <param name="Path">The full path, without a slash at the end.</param>
/// <param name="Directive">Where it stands, and all its parameters.</param>
internal sealed record NginxZone(string Kind, string Name, string Path, NginxDirective Directive)
{
    /// <summary>The lengths of the level names, such as 1, 2; empty when all files lie in one directory.</summary>
    public IReadOnlyList<int> Levels => [.. Parameter("levels").Split(':').Select(l => int.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).Where(n => n is 1 or 2)];

    /// <summary>nginx's default is on.</summary>
    public bool UseTempPath => Parameter("use_temp_path") != "off";

    /// <summary>How many directories the levels can make, the root included.</summary>
    public long MaxDirectories
    {
        get
        {
            long all = 1, level = 1;
            foreach (var length in Levels) all += level *= length == 1 ? 16 : 256;
            return all;
        }
    }

    /// <summary>Files a second the cache loader reads at most: loader_files in each pause of loader_sleep (100 and 50 ms by default).</summary>
    public double LoaderRate
    {
        get
        {
            var files = double.TryParse(Parameter("loader_files"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 100;
            return files / Math.Max(0.001, Seconds(Parameter("loader_sleep"), 0.05));
        }
    }

    /// <summary>The value of <c>name=value</c>; empty when absent.</summary>
    public string Parameter(string name) =>
        Directive.Args.Skip(1).LastOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    // nginx's time: a number with ms, or seconds with or without s.
    private static double Seconds(string text, double otherwise)
    {
        var (number, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 0.001) : (text.TrimEnd('s'), 1.0);
        return double.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n * unit : otherwise;
    }
}
