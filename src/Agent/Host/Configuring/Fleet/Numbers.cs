using Towncrier.Agent;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>Numbers and durations of a provider's section; their bounds are the provider's own to check.</summary>
internal static class Numbers
{
    /// <summary>A whole number; <paramref name="otherwise"/> when it is absent, or wrong with a problem added.</summary>
    public static int Whole(YamlSection section, string key, int otherwise, List<ConfigProblem> problems)
    {
        if (section.Text(key) is not { } text) return otherwise;
        if (int.TryParse(text.Value, out var number)) return number;
        problems.Add(new ConfigProblem(text.Where, $"{key} '{text.Value}' is not a number", $"Write a whole number such as {otherwise}"));
        return otherwise;
    }

    /// <inheritdoc cref="Whole"/>
    public static TimeSpan Duration(YamlSection section, string key, TimeSpan otherwise, List<ConfigProblem> problems)
    {
        if (section.Text(key) is not { } text) return otherwise;
        if (Durations.TryRead(text.Value, out var duration)) return duration;
        problems.Add(new ConfigProblem(text.Where, $"{key} '{text.Value}' is not a duration", $"Write a whole number and its unit, such as {Durations.Write(otherwise)}"));
        return otherwise;
    }
}
