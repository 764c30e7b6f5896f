using Towncrier.EndToEnd.Fleet.Aws;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>The agent of samples/kubernetes/aws as its shell starts and ends it, on an emulator of SNS and SQS.</summary>
internal sealed class LeavingPod : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FauxqsServer _aws;
    private ChildProcess _shell = null!;

    private LeavingPod(FauxqsServer aws) => _aws = aws;

    public string Said => _shell.Stdout + _shell.Stderr;

    public static string Queue => $"towncrier-www-{Environment.MachineName}";

    public static async Task<LeavingPod> StartAsync()
    {
        var pod = new LeavingPod(await FauxqsServer.StartAsync());
        await pod._aws.Talk.CreateTopicAsync("towncrier-www");
        pod._folder.Make("cache");
        var port = FreePort.Next();
        await File.WriteAllTextAsync(pod._folder.Of("token"), "of-the-agent");
        await File.WriteAllTextAsync(pod._folder.Of("towncrier.yaml"), KubernetesPod.Put(
            Manifests.Embedded("aws", "cache-agent", "towncrier.yaml"), ("/var/cache/nginx/site", pod._folder.Of("cache")), ("0.0.0.0:8471", $"127.0.0.1:{port}"),
            ("/run/secrets/towncrier", pod._folder.Path), ("/var/lib/towncrier/site", pod._folder.Of("state")), ("123456789012", FauxqsServer.Account)));
        pod._shell = pod.StartShell();
        var ready = await AgentProcess.ReadyAsync(pod._shell, port);
        ready.Stdout.ShouldBeEmpty();
        return pod;
    }

    /// <summary>What the patch of a folder runs in place of the agent.</summary>
    public static string Script(string folder)
    {
        var agent = Manifests.In(folder).The("StatefulSet")["spec"]!["template"]!["spec"]!.List("initContainers").Single();
        agent["command"]!.AsArray().Select(word => (string)word!).ShouldBe(["/bin/sh", "-c"]);
        return (string)agent["args"]!.AsArray().ShouldHaveSingleItem()!;
    }

    /// <summary>SIGTERM to the container's first process, and its exit code.</summary>
    public async Task<int> EndAsync()
    {
        _shell.Signal(Posix.SigTerm);
        return await _shell.ExitAsync();
    }

    /// <summary>SIGKILL to the agent alone, as when memory runs out; and the exit code of the container.</summary>
    public async Task<int> CrashAsync()
    {
        Posix.Signal(Posix.ChildrenOf(_shell.Id).ShouldHaveSingleItem(), Posix.SigKill);
        return await _shell.ExitAsync();
    }

    /// <summary>The names of all queues, but that of the fleet's dead letters, which stays.</summary>
    public async Task<string[]> QueuesAsync()
    {
        var queues = await _aws.Talk.SqsAsync("ListQueues", []);
        return [.. (queues["QueueUrls"]?.AsArray() ?? []).Select(url => ((string)url!).Split('/')[^1]).Where(name => name != "towncrier-www-dead")];
    }

    public async ValueTask DisposeAsync()
    {
        await _shell.DisposeAsync();
        await _aws.DisposeAsync();
        _folder.Dispose();
    }

    // The image has the program in its path; here a file of that name starts it.
    private ChildProcess StartShell()
    {
        var (bin, dotnet) = (_folder.Make("bin"), Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        File.WriteAllText(Path.Combine(bin, "towncrier"), $"#!/bin/sh\nexec '{dotnet}' '{TowncrierBinary.Dll}' \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(bin, "towncrier"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = Script("aws").Replace("/etc/towncrier/towncrier.yaml", _folder.Of("towncrier.yaml"), StringComparison.Ordinal);
        return ChildProcess.Start("/bin/sh", ["-c", script], new Dictionary<string, string>(AwsFleet.Login)
        {
            ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}",
            ["AWS_ENDPOINT_URL"] = _aws.Url.GetLeftPart(UriPartial.Authority),
        });
    }
}
