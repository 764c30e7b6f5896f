using System.Text.RegularExpressions;

namespace Towncrier.Engine.Tests.Architecture;

public sealed partial class Habits
{
    private const int MostLines = 300;

    [Fact]
    public void No_source_file_is_longer_than_300_lines()
        => Repository.Files("src", "*.cs").Where(path => File.ReadLines(path).Count() > MostLines).ShouldBeEmpty();

    [Fact]
    public void No_exception_is_swallowed_without_a_word()
        => Repository.Files("src", "*.cs").Where(path => EmptyCatch().IsMatch(File.ReadAllText(path))).ShouldBeEmpty();

    [GeneratedRegex(@"\bcatch\s*\{\s*\}|\bcatch\s*\(\s*(System\.)?Exception(\s+\w+)?\s*\)\s*\{\s*\}")]
    private static partial Regex EmptyCatch();
}
