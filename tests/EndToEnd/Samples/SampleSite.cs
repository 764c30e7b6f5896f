namespace Towncrier.EndToEnd.Samples;

/// <summary>samples/nginx as it stands, with the paths, ports and addresses of this machine put in.</summary>
internal static class SampleSite
{
    public const string Host = "www.example.org";

    public static string ServiceText => Text("towncrier.service");

    /// <summary>The site's configuration, for the http block.</summary>
    public static string Nginx(int port, string cacheDir, int cmsPort) => Put(
        Text("site.conf"), ("/var/cache/nginx/site", cacheDir), ("listen 80;", $"listen 127.0.0.1:{port};"), ("127.0.0.1:5000", $"127.0.0.1:{cmsPort}"));

    /// <summary>The agent's configuration. The fence is cut, for a test asks again at once.</summary>
    public static string Agent(int port, string cacheDir, string stateDir, string redisUrl, string? rabbitUrl = null) => Put(
        Text("towncrier.yaml"), ("/var/cache/nginx/site", cacheDir), ("127.0.0.1:8471", $"127.0.0.1:{port}"),
        ("redis://127.0.0.1:6379/0", redisUrl), ("/var/lib/towncrier/site", stateDir), ("sources:\n", rabbitUrl is null ? "sources:\n" : $"sources:\n  - masstransit: {{ rabbitmq: \"{rabbitUrl}\", fleet: cms }}\n")) + "fence: 0s\n";

    public static string Text(string name) => File.ReadAllText(RepositoryFolder.Of("samples", "nginx", name));

    internal static string Put(string text, params (string Old, string New)[] changes)
    {
        foreach (var (old, changed) in changes)
        {
            text.ShouldContain(old);
            text = text.Replace(old, changed, StringComparison.Ordinal);
        }

        return text;
    }
}
