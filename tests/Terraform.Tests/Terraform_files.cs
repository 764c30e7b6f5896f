namespace Towncrier.Terraform.Tests;

/// <summary>Every module and example: formatted, valid, and its own tests pass.</summary>
public sealed class Terraform_files(Stages stages) : IClassFixture<Stages>
{
    /// <summary>Each folder below infra/terraform that terraform can be run in.</summary>
    public static TheoryData<string> Roots() => [.. Folders()];

    /// <summary>Each file of tests, by the folder it is run in.</summary>
    public static TheoryData<string, string> TestFiles()
    {
        var files = new TheoryData<string, string>();
        foreach (var root in Folders())
            foreach (var file in Directory.EnumerateFiles(Path.Combine(TerraformStage.Source(), root), "*.tftest.hcl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                files.Add(root, Path.GetRelativePath(Path.Combine(TerraformStage.Source(), root), file));
        return files;
    }

    [Fact]
    public async Task Are_formatted()
    {
        await using var stage = new TerraformStage(".");
        stage.Copy();
        var format = await stage.RunAsync("fmt", "-check", "-recursive", "-diff");
        format.Code.ShouldBe(0, "terraform fmt -recursive repairs it:\n" + format.Words);
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Are_valid(string root)
    {
        var stage = await stages.OfAsync(root);
        var validate = await stage.RunAsync("validate");
        validate.Code.ShouldBe(0, validate.Words);
        validate.Words.ShouldNotContain("Warning", Case.Sensitive, "a deprecated argument");
    }

    [Theory]
    [MemberData(nameof(TestFiles))]
    public async Task Pass_their_own_tests(string root, string file)
    {
        var stage = await stages.OfAsync(root);
        var test = await stage.RunAsync("test", $"-filter={file}");
        test.Code.ShouldBe(0, test.Words);
        test.Stdout.ShouldNotContain("Success! 0 passed");
    }

    private static IEnumerable<string> Folders() =>
        Directory.EnumerateFiles(TerraformStage.Source(), "versions.tf", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(TerraformStage.Source(), Path.GetDirectoryName(file)!))
            .Where(folder => !folder.Contains(".terraform", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
