using System.Text;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Tests.Configuring;

/// <summary>Whatever the file holds, the answer is options or problems: never an exception, never a hang.</summary>
public class HostileYamlTests
{
    private const string Seed = """
        caches:
          - path: /var/cache/nginx
            key: "$scheme$proxy_host$request_uri"
            hosts: [a.org, 'b.org']
        sources: [{http: {listen: ["http://127.0.0.1:1", unix:/x]}}]
        fence: 10s # words
        soft: {updating: 60s, error: 0s}
        log: |
          json
        """;

    [Theory]
    [InlineData("[", 500_000)]
    [InlineData("{", 500_000)]
    [InlineData("- ", 500_000)]
    [InlineData("? ", 200_000)]
    [InlineData("a: {", 100_000)]
    [InlineData("&a ", 100_000)]
    [InlineData("%TAG ! x\n", 50_000)]
    [InlineData("\"", 100_001)]
    [InlineData("a: b\n", 100_000)]
    [InlineData("--- a\n", 50_000)]
    public void Depth_and_repetition_are_bounded(string text, int times) =>
        Read(string.Concat(Enumerable.Repeat(text, times)));

    [Theory]
    [InlineData("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]")]
    [InlineData("a: *nowhere")]
    [InlineData("<<: *x")]
    [InlineData("%YAML 99999999999999.1\n---\na: b")]
    [InlineData("a: \"\\UFFFFFFFF\"")]
    [InlineData("a: \"\\xZZ\"")]
    [InlineData("a: !<!> b")]
    [InlineData("a: |99999999999\n b")]
    [InlineData("\0\u0001: \u0002")]
    [InlineData("caches: [{path: \"/a\\0b\", key: \"$a\\nb\"}]\nstate: \"/x\\0y\"")]
    [InlineData("fence: \"a\\nb\"")]
    [InlineData("\"a\\nb\": c")]
    [InlineData("sources: [{http: {listen: \"unix:/a\\0\", token_file: \"\\0\"}}]")]
    public void Odd_constructs_are_problems(string yaml) => Read(yaml).ShouldNotBeEmpty();

    [Fact]
    public void Random_damage_never_throws()
    {
        var random = new Random(20261121);
        var pieces = new[] { "\n", " ", "\t", ":", "- ", "[", "]", "{", "}", "&a", "*a", "!", "|", ">", "'", "\"", "\\", "#", "%", "@", "? ", "---\n", "...\n", "\0", "é", "\uD800", "null", "~", "<<" };
        for (var round = 0; round < 4000; round++)
        {
            var text = new StringBuilder(Seed);
            for (var edits = random.Next(1, 12); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0: text.Remove(at, Math.Min(text.Length - at, random.Next(1, 9))); break;
                    case 1: text.Insert(at, pieces[random.Next(pieces.Length)]); break;
                    default: text[at] = (char)random.Next(1, 0x250); break;
                }

                if (text.Length == 0) text.Append('x');
            }

            Read(text.ToString());
        }
    }

    private static List<ConfigProblem> Read(string yaml)
    {
        var problems = new List<ConfigProblem>();
        if (YamlFile.Parse(yaml, "t.yaml", problems) is { } root)
        {
            var layer = FileLayer.Read(root, "t.yaml", problems);
            CacheMerge.Merge([layer], problems);
            Scalars.Duration([layer], l => l.Fence, "fence", TimeSpan.MaxValue, problems);
            Scalars.Log([layer], problems);
            Scalars.Listen([layer], hasToken: false, problems);
            TokenReader.Read([layer], problems);
        }
        else
        {
            problems.ShouldNotBeEmpty();
        }

        problems.ShouldAllBe(p => !p.ToString().Contains('\n'));
        return problems;
    }
}
