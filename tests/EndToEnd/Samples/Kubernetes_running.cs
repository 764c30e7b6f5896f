namespace Towncrier.EndToEnd.Samples;

/// <summary>What the manifests of samples/kubernetes start does what a pod is for, and leaves nothing behind.</summary>
public sealed class Kubernetes_running
{
    [Fact]
    public async Task A_message_purges_a_page_of_the_pods_nginx_and_both_end_when_they_are_told_to()
    {
        await using var pod = await KubernetesPod.StartAsync();
        foreach (var path in (string[])["/news", "/about"])
            await Eventually.TrueAsync(async () => (await pod.VisitAsync(path)).CacheStatus == "HIT", path + " is a hit");
        pod.Publish("""{"command":"purge","value":["https://www.example.org/news"]}""");
        await Eventually.TrueAsync(async () => (await pod.VisitAsync("/news")).CacheStatus is "MISS", "the page is fetched anew");
        (await pod.VisitAsync("/about")).CacheStatus.ShouldBe("HIT");

        (await pod.Agent.GetAsync("/metrics")).Status.ShouldBe(401, "a pod's address can be reached by others");
        (await pod.StatusAsync("/metrics")).Body.ShouldContain("towncrier_invalidations_total{");
        (await pod.StatusAsync("/v1/status")).Status.ShouldBe(404, "nginx lends its token for the metrics alone");
        (await pod.EndAsync()).ShouldBe((0, 0), pod.Agent.Log);
    }

    [Fact]
    public async Task A_pod_that_ends_leaves_nothing_at_the_broker()
    {
        await using var pod = await LeavingPod.StartAsync();
        (await pod.QueuesAsync()).ShouldBe([LeavingPod.Queue]);
        (await pod.EndAsync()).ShouldBe(0, pod.Said);
        (await pod.QueuesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_that_crashes_keeps_its_queue()
    {
        await using var pod = await LeavingPod.StartAsync();
        (await pod.CrashAsync()).ShouldBe(128 + Posix.SigKill, pod.Said);
        (await pod.QueuesAsync()).ShouldBe([LeavingPod.Queue]);
    }

    [Fact]
    public void Azures_pods_leave_as_those_of_aws_do()
    {
        LeavingPod.Script("azure").ShouldBe(LeavingPod.Script("aws"));
    }
}
