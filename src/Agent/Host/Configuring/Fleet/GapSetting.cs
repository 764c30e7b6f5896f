using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The setting <c>on_gap</c> of a source.</summary>
internal static class GapSetting
{
    public static GapPolicy Read(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("on_gap") is not { } text) return GapPolicy.Warn;
        switch (text.Value)
        {
            case "warn": return GapPolicy.Warn;
            case "expire": return GapPolicy.Expire;
            case "stop": return GapPolicy.Stop;
        }

        problems.Add(new ConfigProblem(text.Where, $"on_gap '{text.Value}' is not known", "Write warn, expire or stop"));
        return GapPolicy.Warn;
    }

    public static string Write(GapPolicy policy) => $"on_gap: {policy.ToString().ToLowerInvariant()}";
}
