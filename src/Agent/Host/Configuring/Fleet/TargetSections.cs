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
            MaxConnections = Numbers.Whole(section, "max_connections", options.MaxConnections, problems),
            Tries = Numbers.Whole(section, "tries", options.Tries, problems),
            Timeout = Numbers.Duration(section, "timeout", options.Timeout, problems),
            FirstDelay = Numbers.Duration(section, "first_delay", options.FirstDelay, problems),
        };
        section.Finish();
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return options;
    }
}
