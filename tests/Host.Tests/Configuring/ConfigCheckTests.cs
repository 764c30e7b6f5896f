using System.Text.Json;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Tests.Configuring;

public class ConfigCheckTests
{
    private static readonly Dictionary<string, string> Token = new() { ["TOWNCRIER_TOKEN"] = "s3cret" };

    [Fact]
    public void The_effective_configuration_hides_the_token_and_reads_back()
    {
        using var output = new StringWriter();
        var flags = new FlagValues { Caches = ["/c", "/o'brien"], Key = "$host$uri", Listen = ["unix:/x"], Fence = "7s" };

        ConfigCheck.Run(flags, Token, output, TextWriter.Null, json: false, ConfigFixture.Facts).ShouldBe(0);

        output.ToString().ShouldNotContain("s3cret");
        var read = ConfigFixture.Good(ConfigFixture.ReadYaml(output.ToString()));
        read.Caches.Select(c => (c.Path, c.Key)).ShouldBe([("/c", "$host$uri"), ("/o'brien", "$host$uri")]);
        (read.Fence, read.Listen.Addresses[0].UnixPath).ShouldBe((TimeSpan.FromSeconds(7), "/x"));
    }

    [Fact]
    public void As_json_it_is_one_object()
    {
        using var output = new StringWriter();
        ConfigCheck.Run(new FlagValues { Caches = ["/c"] }, Token, output, TextWriter.Null, json: true, ConfigFixture.Facts).ShouldBe(0);

        var root = JsonDocument.Parse(output.ToString()).RootElement;
        root.GetProperty("caches")[0].GetProperty("path").GetString().ShouldBe("/c");
        root.GetProperty("token").GetString().ShouldBe("set");
    }

    [Fact]
    public void Problems_end_with_2_on_the_right_stream()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var flags = new FlagValues { Caches = ["/c"], Fence = "x", Log = "y" };

        ConfigCheck.Run(flags, Token, output, error, json: false, ConfigFixture.Facts).ShouldBe(2);
        (output.ToString(), error.ToString().Split('\n').Length).ShouldBe(("", 4));

        ConfigCheck.Run(flags, Token, output, TextWriter.Null, json: true, ConfigFixture.Facts).ShouldBe(2);
        output.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement.GetProperty("where").GetString()).ShouldBe(["--fence", "--log"]);
    }
}
