using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Bans;

/// <summary>A ban on its way through a real agent, over files that a real nginx wrote.</summary>
public sealed class Posted
{
    [Fact]
    public async Task A_ban_is_answered_with_what_it_meant_and_a_wrong_one_with_its_place()
    {
        using var folder = new TempFolder();
        var cache = GoldenCache.Fill(folder.Of("cache"));
        await using var agent = await RunningAgent.StartAsync(folder, cache);
        const string Body = """ "value":["obj.status == 404","obj.http.etag ~ .","obj.foo == 1","obj.age < 0s"]}""";
        var dry = await agent.PostAsync("""{"command":"ban","dry_run":true,""" + Body);
        ((int)dry.Json["matched"]!).ShouldBe(2);
        ((int)dry.Json["purged"]!).ShouldBe(0);
        CacheFiles.List(cache).Length.ShouldBe(GoldenCache.Files);

        var reply = await agent.PostAsync("""{"command":"ban",""" + Body);
        ((string)reply.Json["state"]!).ShouldBe("applied");
        reply.Json["outcomes"]!.ToJsonString().ShouldBe("""{"purged":2}""");
        reply.Json["values"]![0]!.ToJsonString().ShouldBe("""{"value":"obj.status == 404","matched":1,"purged":1,"error":null}""");
        ((int)reply.Json["values"]![1]!["purged"]!).ShouldBe(1);
        ((string)reply.Json["values"]![2]!["error"]!).ShouldStartWith("at 1: unknown field 'obj.foo'");
        ((int)reply.Json["values"]![3]!["matched"]!).ShouldBe(0);
        CacheFiles.List(cache).Length.ShouldBe(GoldenCache.Files - 2);
    }
}
