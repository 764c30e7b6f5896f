using System.Text.RegularExpressions;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>docs/MIGRATING-FROM-VARNISH-TOWNCRIER.md as its reader takes it: blocks of YAML and lines to type, section by section.</summary>
internal sealed partial class MigrationPage
{
    private readonly string[] _sections = Heading().Split(File.ReadAllText(RepositoryFolder.Of("docs", "MIGRATING-FROM-VARNISH-TOWNCRIER.md")));

    /// <summary>The one block of YAML in the section whose heading begins so.</summary>
    public string Yaml(string heading) => Block().Matches(Section(heading)).ShouldHaveSingleItem().Groups[1].Value;

    /// <summary>The indented lines of a section.</summary>
    public string[] Lines(string heading) => [.. Indented().Matches(Block().Replace(Section(heading), "")).Select(match => match.Groups[1].Value)];

    public string Section(string heading) =>
        _sections.Where(section => section.StartsWith(heading, StringComparison.Ordinal)).ShouldHaveSingleItem("sections that begin with " + heading);

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^    (\\S.*)$", RegexOptions.Multiline)]
    private static partial Regex Indented();
}
