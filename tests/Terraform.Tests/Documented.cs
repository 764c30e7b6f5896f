using System.Text.RegularExpressions;

namespace Towncrier.Terraform.Tests;

/// <summary>Each module's README names every variable and every output, and none that is gone.</summary>
public sealed class Documented
{
    [Theory]
    [InlineData("aws-region", "variables.tf", "variable", "## Inputs")]
    [InlineData("aws-region", "outputs.tf", "output", "## Outputs")]
    [InlineData("azure-region", "variables.tf", "variable", "## Inputs")]
    [InlineData("azure-region", "outputs.tf", "output", "## Outputs")]
    public async Task As_the_module_has_them(string module, string file, string kind, string heading)
    {
        var folder = Path.Combine(TerraformStage.Source(), "modules", module);
        var code = await File.ReadAllTextAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);
        var readme = await File.ReadAllTextAsync(Path.Combine(folder, "README.md"), TestContext.Current.CancellationToken);
        var section = readme[(readme.IndexOf(heading, StringComparison.Ordinal) + heading.Length)..].Split("\n## ")[0];
        Names(section, "^\\| `([a-z_]+)` \\|").ShouldBe(Names(code, $"^{kind} \"([a-z_]+)\""), ignoreOrder: true);
    }

    private static string[] Names(string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
}
