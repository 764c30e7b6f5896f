namespace Towncrier.Terraform.Tests;

/// <summary>Amazon's own command line, against an emulator.</summary>
internal static class AwsCli
{
    /// <summary>Skips the test by name when it is not installed.</summary>
    public static async Task RunAsync(Uri endpoint, params string[] args)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!path.Any(folder => File.Exists(Path.Combine(folder, "aws")))) Assert.Skip("the AWS command line is not installed: apt-get install awscli");
        await using var aws = ChildProcess.Start("aws", [.. args, "--endpoint-url", endpoint.GetLeftPart(UriPartial.Authority), "--region", FauxqsServer.Region], Keys);
        (await aws.ExitAsync(TimeSpan.FromMinutes(1))).ShouldBe(0, aws.Stderr);
    }

    public static IReadOnlyDictionary<string, string> Keys { get; } = new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
    };
}
