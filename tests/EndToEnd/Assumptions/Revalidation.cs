using Microsoft.Win32.SafeHandles;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>A 304 rewrites the head of the file in place, and how a purge in between survives that.</summary>
public class Revalidation
{
    private static readonly (string, string) ETag = ("ETag", "\"one\"");
    private static readonly (string, string) LastModified = ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");

    [Fact]
    public async Task A_304_rewrites_the_head_in_the_same_file()
    {
        await using var rig = await StartAsync(Task.CompletedTask, ETag);
        var file = await rig.FillAsync("/page");
        using var opened = Open(file);
        RawHead.Write(file, validSec: RawHead.Now - 2);
        (await rig.SeenAsync("/page")).ShouldBe("REVALIDATED v1");
        (await rig.SeenAsync("/page")).ShouldBe("HIT v1");
        // The handle is that of the old file: what it shows was written into it, not renamed over it.
        RawHead.Read(opened).ValidSec.ShouldBeGreaterThan(RawHead.Now);
    }

    [Fact]
    public async Task A_304_undoes_a_purge_in_between_that_keeps_last_modified()
    {
        var answer = new TaskCompletionSource();
        await using var rig = await StartAsync(answer.Task, ETag);
        var seen = await PurgedDuringRevalidationAsync(rig, answer, lastModified: null);
        seen.ShouldBe("HIT v1");
    }

    [Fact]
    public async Task A_304_does_not_undo_a_purge_in_between_that_changed_last_modified()
    {
        var answer = new TaskCompletionSource();
        await using var rig = await StartAsync(answer.Task, ETag);
        var seen = await PurgedDuringRevalidationAsync(rig, answer, lastModified: 0);
        seen.ShouldBe("REVALIDATED v1");
        rig.Origin.Count("/page").ShouldBe(3);
    }

    [Fact]
    public async Task A_304_does_not_undo_another_version_written_in_between()
    {
        var answer = new TaskCompletionSource();
        await using var rig = await StartAsync(answer.Task, ETag);
        var file = await rig.FillAsync("/page");
        RawHead.Write(file, validSec: RawHead.Now - 2);
        var revalidating = rig.SeenAsync("/page");
        await rig.Origin.WaitForAsync("/page", 2);
        RawHead.WriteVersion(file, 0);
        answer.SetResult();
        (await revalidating).ShouldBe("REVALIDATED v1");
        (await rig.SeenAsync("/page")).ShouldBe("MISS v3");
    }

    [Fact]
    public async Task A_304_does_not_bring_back_a_file_unlinked_in_between()
    {
        var answer = new TaskCompletionSource();
        await using var rig = await StartAsync(answer.Task, ETag);
        var file = await rig.FillAsync("/page");
        RawHead.Write(file, validSec: RawHead.Now - 2);
        var revalidating = rig.SeenAsync("/page");
        await rig.Origin.WaitForAsync("/page", 2);
        File.Delete(file);
        answer.SetResult();
        (await revalidating).ShouldBe("REVALIDATED v1");
        File.Exists(file).ShouldBeFalse();
        (await rig.SeenAsync("/page")).ShouldBe("MISS v3");
    }

    [Fact]
    public async Task With_an_etag_a_changed_last_modified_still_revalidates()
    {
        await using var rig = await StartAsync(Task.CompletedTask, ETag, LastModified);
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2, lastModified: -1);
        (await rig.SeenAsync("/page")).ShouldBe("REVALIDATED v1");
    }

    [Fact]
    public async Task With_only_last_modified_a_changed_one_fetches_once_in_full()
    {
        await using var rig = await StartAsync(Task.CompletedTask, LastModified);
        RawHead.Write(await rig.FillAsync("/page"), validSec: RawHead.Now - 2, lastModified: -1);
        (await rig.SeenAsync("/page")).ShouldBe("EXPIRED v2");
        rig.Origin.Requests.Last().Header("If-Modified-Since").ShouldBe("");
    }

    /// <summary>A revalidating nginx; the origin holds its second answer until <paramref name="second"/>.</summary>
    private static Task<Rig> StartAsync(Task second, params (string, string)[] headers) => Rig.StartAsync(
        request => OriginReply.Text("v" + request.Number, headers) with
        {
            BeforeHead = request.Number == 2 ? second : Task.CompletedTask,
        },
        nginx => nginx with { Revalidate = true });

    /// <summary>Purges softly while a 304 is held at the origin, lets it go, and returns what the request after it sees.</summary>
    private static async Task<string> PurgedDuringRevalidationAsync(Rig rig, TaskCompletionSource answer, long? lastModified)
    {
        var file = await rig.FillAsync("/page");
        RawHead.Write(file, validSec: RawHead.Now - 2);
        var revalidating = rig.SeenAsync("/page");
        await rig.Origin.WaitForAsync("/page", 2);
        RawHead.Write(file, validSec: RawHead.Now - 2, lastModified: lastModified);
        answer.SetResult();
        (await revalidating).ShouldBe("REVALIDATED v1");
        // One worker: it has ended the rewrite before it reads this request.
        return await rig.SeenAsync("/page");
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
