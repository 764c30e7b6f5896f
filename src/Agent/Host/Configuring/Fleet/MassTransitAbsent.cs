using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>masstransit:</c> sections in a trimmed build, which cannot hold MassTransit: it is refused, and says what to use.</summary>
internal static class MassTransitSections
{
    public static SourceInput? Source(YamlSection section, string host, List<ConfigProblem> problems)
    {
        Refuse(section, problems);
        return null;
    }

    public static PublisherInput? Publisher(YamlSection section, List<ConfigProblem> problems)
    {
        Refuse(section, problems);
        return null;
    }

    public static PublisherInput? Receipts(YamlSection section, List<ConfigProblem> problems) => Publisher(section, problems);

    private static void Refuse(YamlSection section, List<ConfigProblem> problems) => problems.Add(
        new ConfigProblem(section.Where, "this towncrier was built trimmed, without MassTransit", "Use the build that is not trimmed (published without PublishTrimmed)"));
}
