using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>targets:</c>: caches that are purged over the network.</summary>
internal static class TargetSections
{
    public static IReadOnlyList<VarnishOptions> Read(YamlSection top, List<ConfigProblem> problems)
    {
        var targets = new List<VarnishOptions>();
        foreach (var section in top.Sections("targets"))
        {
            if (section.IsEmpty) problems.Add(new ConfigProblem(section.Where, "a target is empty", "Write '- varnish: { url: \"http://127.0.0.1:6081\" }'"));
            if (section.Section("varnish", mustHold: true) is { } varnish) targets.Add(Varnish(varnish, problems));
            section.Finish();
        }

        return targets;
    }

    private static VarnishOptions Varnish(YamlSection section, List<ConfigProblem> problems)
    {
        var options = new VarnishOptions();
        options = options with
        {
            Url = section.Text("url")?.Value ?? options.Url,
            XkeyHeader = section.Text("xkey_header")?.Value ?? options.XkeyHeader,
            SoftXkeyHeader = section.Text("soft_xkey_header")?.Value ?? options.SoftXkeyHeader,
            BanHeader = section.Text("ban_header")?.Value ?? options.BanHeader,
            BanUrlHeader = section.Text("ban_url_header")?.Value ?? options.BanUrlHeader,
            Host = section.Text("host")?.Value,
            MaxConnections = Number(section, "max_connections", options.MaxConnections, problems),
            Tries = Number(section, "tries", options.Tries, problems),
            Timeout = Duration(section, "timeout", options.Timeout, problems),
            FirstDelay = Duration(section, "first_delay", options.FirstDelay, problems),
        };
        section.Finish();
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return options;
    }

    private static int Number(YamlSection section, string key, int otherwise, List<ConfigProblem> problems)
    {
        if (section.Text(key) is not { } text) return otherwise;
        if (int.TryParse(text.Value, out var number)) return number;
        problems.Add(new ConfigProblem(text.Where, $"{key} '{text.Value}' is not a number", $"Write a whole number such as {otherwise}"));
        return otherwise;
    }

    private static TimeSpan Duration(YamlSection section, string key, TimeSpan otherwise, List<ConfigProblem> problems)
    {
        if (section.Text(key) is not { } text) return otherwise;
        if (Durations.TryRead(text.Value, out var duration)) return duration;
        problems.Add(new ConfigProblem(text.Where, $"{key} '{text.Value}' is not a duration", $"Write a whole number and its unit, such as {Durations.Write(otherwise)}"));
        return otherwise;
    }
}
