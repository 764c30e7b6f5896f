using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>Every kind of cache nginx has, with temp files beside the entries and elsewhere.</summary>
public class Protocols
{
    [Theory]
    [InlineData("Proxy", false)]
    [InlineData("Proxy", true)]
    [InlineData("FastCgi", false)]
    [InlineData("FastCgi", true)]
    [InlineData("Uwsgi", false)]
    [InlineData("Uwsgi", true)]
    [InlineData("Scgi", false)]
    [InlineData("Scgi", true)]
    public async Task Urls_and_tags_are_purged(string kind, bool useTempPath)
    {
        await using var stage = await Stage.StartAsync(
            request => OriginReply.Text("v" + request.Number, ("Surrogate-Key", $"site page{request.Path.Replace('/', '-')}")),
            new Play { OnDisk = true, Kind = Enum.Parse<UpstreamKind>(kind), Nginx = nginx => nginx with { UseTempPath = useTempPath } });
        foreach (var page in new[] { "/a?x=1", "/b", "/c" })
        {
            (await stage.SeenAsync(page)).ShouldBe("MISS v1");
            await stage.CachedAsync(page);
        }

        (await stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/a?x=1" } })).Purged.ShouldBe(1);
        (await stage.SeenAsync("/a?x=1")).ShouldBe("MISS v2");
        (await stage.Agent.AppliedAsync(new { command = "xkey", value = new[] { "page-b" } })).Purged.ShouldBe(1);
        (await stage.SeenAsync("/b")).ShouldBe("MISS v2");
        (await stage.SeenAsync("/c")).ShouldBe("HIT v1");
        (await stage.Agent.AppliedAsync(new { command = "xkey.soft", value = new[] { "page-c" } })).Purged.ShouldBe(1);
        (await stage.SeenAsync("/c")).ShouldBe("EXPIRED v2");
    }
}
