using System.Text.RegularExpressions;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>docs/NGINX-CACHE-FILE.md names the test behind each statement; the names must be those of tests, and no test may be left out.</summary>
public partial class Documented
{
    [Fact]
    public void The_description_of_the_cache_file_names_every_assumption_and_no_other()
    {
        var text = File.ReadAllText(RepositoryFolder.Of("docs", "NGINX-CACHE-FILE.md"));
        var named = TestName().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();
        var written = typeof(Documented).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(Documented).Namespace && type != typeof(Documented))
            .SelectMany(type => type.GetMethods().Where(IsTest).Select(test => type.Name + "." + test.Name))
            .ToHashSet();
        written.Except(named).ShouldBeEmpty("tests the description does not name");
        named.Except(written).ShouldBeEmpty("names in the description that are no tests");
    }

    // An attribute of a test is a FactAttribute or derives from it, as TheoryAttribute does.
    private static bool IsTest(System.Reflection.MethodInfo method) => method.IsDefined(typeof(FactAttribute), inherit: true);

    [GeneratedRegex(@"`([A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex TestName();
}
