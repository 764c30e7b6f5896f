using Towncrier.Host.Configuring;

namespace Towncrier.Host.Tests.Configuring;

/// <summary>Reads configurations with a fixed machine, so that no test depends on who runs it.</summary>
internal static class ConfigFixture
{
    public static readonly HostFacts Facts = new(SystemStateIsOurs: true, UserState: null);

    public static (AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) ReadYaml(string yaml, FlagValues? flags = null, params (string Name, string Value)[] environment)
    {
        using var temp = new TempDirectory();
        var file = temp.Write("t.yaml", yaml);
        var (options, problems) = AgentOptionsReader.Read((flags ?? new FlagValues()) with { Config = file }, ToMap(environment), Facts);
        return (options, [.. problems.Select(p => p with { Where = p.Where.Replace(file, "t.yaml", StringComparison.Ordinal) })]);
    }

    public static (AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) Read(FlagValues flags, params (string Name, string Value)[] environment) =>
        AgentOptionsReader.Read(flags, ToMap(environment), Facts);

    public static AgentOptions Good((AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) read)
    {
        read.Problems.ShouldBeEmpty();
        return read.Options.ShouldNotBeNull();
    }

    public static IReadOnlyList<ConfigProblem> Problems((AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) read)
    {
        read.Options.ShouldBeNull();
        return read.Problems;
    }

    private static Dictionary<string, string> ToMap((string Name, string Value)[] environment) => environment.ToDictionary(e => e.Name, e => e.Value);
}
