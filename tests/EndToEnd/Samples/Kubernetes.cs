using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>The manifests of samples/kubernetes agree with one another, and with those who read what is in them.</summary>
public sealed class Kubernetes
{
    private static readonly IReadOnlyList<JsonNode> Base = Manifests.In("base");

    private static JsonNode Pod => Base.The("StatefulSet")["spec"]!["template"]!["spec"]!;

    private static IEnumerable<JsonNode> Containers => [.. Pod.List("initContainers"), .. Pod.List("containers")];

    private static string NginxConf => Manifests.Embedded("base", "cache-nginx", "nginx.conf");

    [Theory]
    [InlineData("base", "redis")]
    [InlineData("aws", "queue: 'auto'")]
    [InlineData("azure", "subscription: 'auto'")]
    public async Task Config_check_accepts_the_agents_configuration(string folder, string holds)
    {
        using var secrets = new TempFolder();
        foreach (var name in (string[])["token", "redis-password"]) await File.WriteAllTextAsync(secrets.Of(name), "secret", TestContext.Current.CancellationToken);
        var text = Manifests.Embedded(folder, "cache-agent", "towncrier.yaml");
        await File.WriteAllTextAsync(secrets.Of("towncrier.yaml"), text.Replace("/run/secrets/towncrier", secrets.Path, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var check = await Cli.RunAsync("config", "check", secrets.Of("towncrier.yaml"));
        check.ExitCode.ShouldBe(0, check.Stderr);
        check.Stdout.ShouldContain(holds);
        // A pod's machine is called as the pod.
        check.Stdout.ShouldContain($"name: '{Environment.MachineName}'");
    }

    [Fact]
    public void Nginx_and_the_agent_are_one_user_and_can_do_nothing_else()
    {
        var user = Regex.Match(File.ReadAllText(Manifests.Of("Dockerfile")), "^USER (\\d+):(\\d+)$", RegexOptions.Multiline);
        var security = Pod["securityContext"]!;
        (security.Text("runAsUser"), security.Text("runAsGroup"), security.Text("fsGroup")).ShouldBe((user.Groups[1].Value, user.Groups[2].Value, user.Groups[2].Value));
        security.Text("runAsNonRoot").ShouldBe("true");
        security["seccompProfile"]!.Text("type").ShouldBe("RuntimeDefault");
        Pod.Text("automountServiceAccountToken").ShouldBe("false");
        Containers.Select(one => one.Text("name")).ShouldBe(["agent", "nginx"]);
        foreach (var context in Containers.Select(one => one["securityContext"]!))
        {
            context["runAsUser"].ShouldBeNull("the pod's is for both");
            (context.Text("readOnlyRootFilesystem"), context.Text("allowPrivilegeEscalation")).ShouldBe(("true", "false"));
            context["capabilities"]!["drop"]!.AsArray().Select(one => (string)one!).ShouldBe(["ALL"]);
        }
    }

    [Fact]
    public void Both_have_the_cache_at_the_same_path_and_know_its_key()
    {
        var (path, key) = (One(NginxConf, @"proxy_cache_path (\S+) "), One(NginxConf, @"proxy_cache_key (\S+);"));
        foreach (var folder in Manifests.Folders)
        {
            var agent = Manifests.Embedded(folder, "cache-agent", "towncrier.yaml");
            One(agent, @"path: (\S+) ").ShouldBe(path);
            One(agent, "key: \"(.*)\" ").ShouldBe(key);
        }

        foreach (var container in Containers)
            container.List("volumeMounts").ShouldContain(mount => mount.Text("name") == "cache" && mount.Text("mountPath") == path, container.Text("name"));
        Containers.First().List("volumeMounts").ShouldContain(mount => One(Manifests.Embedded("base", "cache-agent", "towncrier.yaml"), @"state: (\S+)").StartsWith(mount.Text("mountPath") + "/", StringComparison.Ordinal));
        var limit = One(Volume("cache")["emptyDir"]!.Text("sizeLimit"), "^(\\d+)Gi$");
        int.Parse(limit, CultureInfo.InvariantCulture).ShouldBeGreaterThan(int.Parse(One(NginxConf, "max_size=(\\d+)g"), CultureInfo.InvariantCulture), "the pod would be evicted");
    }

    [Fact]
    public void Whatever_is_mounted_is_there()
    {
        foreach (var mount in Containers.SelectMany(one => one.List("volumeMounts")))
        {
            var volume = Volume(mount.Text("name"));
            if (volume["configMap"] is { } map) Base.The("ConfigMap", map.Text("name"));
            else if (volume["emptyDir"] is null) volume["secret"]!.Text("secretName").ShouldBe("towncrier");
        }

        var readme = File.ReadAllText(Manifests.Of("README.md"));
        readme.ShouldContain("create secret generic towncrier");
        foreach (var secret in Manifests.Folders.Select(folder => Manifests.Embedded(folder, "cache-agent", "towncrier.yaml")).Append(NginxConf).SelectMany(text => Regex.Matches(text, "/run/secrets/towncrier/([a-z.-]+)")))
            readme.ShouldContain($"--from-literal={secret.Groups[1].Value}=");
        Base.The("ServiceAccount", Pod.Text("serviceAccountName"));
    }

    [Fact]
    public void Ports_are_those_that_somebody_listens_on()
    {
        var (agent, nginx) = (Containers.First(), Containers.Last());
        Ports(agent).ShouldBe(new() { ["agent"] = One(Manifests.Embedded("base", "cache-agent", "towncrier.yaml"), @"0\.0\.0\.0:(\d+)") });
        var listening = Regex.Matches(NginxConf, @"listen (\d+);").Select(match => match.Groups[1].Value).ToArray();
        Ports(nginx).ShouldBe(new() { ["http"] = listening[0], ["status"] = listening[1] });
        NginxConf.ShouldContain($"http://127.0.0.1:{Ports(agent)["agent"]};");
        foreach (var container in Containers)
            foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
                if (container[probe] is { } asked) Ports(container).Keys.ShouldContain(asked["httpGet"]!.Text("port"));
        Ports(nginx).Keys.ShouldContain(Base.The("Service")["spec"]!.List("ports").Single().Text("targetPort"));
        Base.The("StatefulSet")["spec"]!["template"]!["metadata"]!["annotations"]!.Text("prometheus.io/port").ShouldBe(listening[1]);
        Base.The("NetworkPolicy")["spec"]!.List("ingress").SelectMany(rule => rule.List("ports")).Select(port => port.Text("port")).ShouldBe([.. listening, Ports(agent)["agent"]]);
    }

    [Fact]
    public void The_image_is_built_from_what_is_there_and_started_as_the_manifest_starts_it()
    {
        var lines = File.ReadAllLines(Manifests.Of("Dockerfile"));
        foreach (var line in lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)))
            foreach (var name in line.Split(' ')[1..^1]) Path.Exists(RepositoryFolder.Of(name)).ShouldBeTrue(line);
        var project = One(string.Join('\n', lines), @"dotnet publish (\S+\.csproj) ");
        File.Exists(RepositoryFolder.Of(project.Split('/'))).ShouldBeTrue(project);
        var started = JsonNode.Parse(One(string.Join('\n', lines), "CMD (.*)"))!.AsArray().Select(one => (string)one!);
        Containers.First()["args"]!.AsArray().Select(one => (string)one!).ShouldBe(started);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("aws")]
    [InlineData("azure")]
    public async Task Kustomize_makes_one_set_of_manifests_of_them(string folder)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!path.Any(one => File.Exists(Path.Combine(one, "kubectl")))) Assert.Skip("kubectl is not installed (not in Debian as new as is needed here)");
        await using var kustomize = ChildProcess.Start("kubectl", ["kustomize", Manifests.Of(folder)]);
        (await kustomize.ExitAsync()).ShouldBe(0, kustomize.Stderr);
        var made = Manifests.Parse(kustomize.Stdout).ToList();
        made.Select(one => one.Text("kind")).Distinct().ShouldBe(["ConfigMap", "NetworkPolicy", "Service", "ServiceAccount", "StatefulSet"], ignoreOrder: true);
        made.The("ConfigMap", "cache-agent")["data"]!.Text("towncrier.yaml").ShouldBe(Manifests.Embedded(folder, "cache-agent", "towncrier.yaml"));
        var pod = made.The("StatefulSet")["spec"]!["template"]!["spec"]!;
        var agent = pod.List("initContainers").Single();
        agent.Text("restartPolicy").ShouldBe("Always");
        agent["securityContext"]!.Text("readOnlyRootFilesystem").ShouldBe("true");
        (agent["command"] is not null).ShouldBe(folder != "base", "only who made something at a broker leaves");
        if (folder == "azure") made.The("StatefulSet")["spec"]!["template"]!["metadata"]!["labels"]!.Text("azure.workload.identity/use").ShouldBe("true");
        if (folder != "base") made.The("ServiceAccount")["metadata"]!["annotations"].ShouldNotBeNull();
    }

    private static JsonNode Volume(string name) => Pod.List("volumes").Where(volume => volume.Text("name") == name).ShouldHaveSingleItem();

    private static Dictionary<string, string> Ports(JsonNode container) => container.List("ports").ToDictionary(port => port.Text("name"), port => port.Text("containerPort"));

    private static string One(string text, string pattern)
    {
        var match = Regex.Match(text, pattern, RegexOptions.Multiline);
        match.Success.ShouldBeTrue($"{pattern} in\n{text}");
        return match.Groups[1].Value;
    }
}
