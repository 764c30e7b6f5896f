using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Configuring;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Serving;

/// <summary>Finds the key template of caches that were given none: in nginx's own configuration, where it can be read.</summary>
internal static class KeyFinder
{
    /// <summary>The caches' settings, and what the operator should know about their keys.</summary>
    public static async Task<(IReadOnlyList<CacheSettings> Caches, IReadOnlyList<(string Path, string Advice)> Advice)> FindAsync(
        IReadOnlyList<CacheOptions> caches, CancellationToken cancel)
    {
        var settings = new List<CacheSettings>();
        var advice = new List<(string, string)>();
        NginxModel? model = null;
        if (caches.Any(cache => cache.Key is null))
        {
            var build = await NginxProgram.BuildAsync(cancel).ConfigureAwait(false);
            var (text, _) = await NginxProgram.DumpAsync([], cancel).ConfigureAwait(false);
            if (text is not null) model = NginxModel.Read(text, "/etc/nginx/nginx.conf", build.Prefix);
        }

        foreach (var cache in caches)
        {
            var key = cache.Key ?? FromNginx(model, cache.Path, advice);
            var one = new CacheSettings { Path = cache.Path, Key = key, Hosts = cache.Hosts, TagHeaders = cache.Tags, Limits = cache.Limits };
            settings.Add(one);
            if (key is not null && KeyTemplate.TryParse(key, out var template, out _)) Advise(one, template, advice);
        }

        return (settings, advice);
    }

    private static string? FromNginx(NginxModel? model, string path, List<(string, string)> advice)
    {
        var keys = model is null ? [] : NginxKeys.For(model, path).Select(k => k.Template).Distinct().ToArray();
        if (keys.Length == 1) return keys[0];
        advice.Add((path, keys.Length == 0
            ? "its proxy_cache_key is not known here, so keys are guessed at; name it with --key or key:"
            : $"nginx uses {keys.Length} different keys in it ({string.Join(", ", keys)}), so keys are guessed at; name one with --key or key:"));
        return null;
    }

    private static void Advise(CacheSettings cache, KeyTemplate template, List<(string, string)> advice)
    {
        if (template.HasOnlyUpstream && cache.Hosts.Count == 0)
            advice.Add((cache.Path, $"its key {template.Text} does not hold the public host, so a purge for any host purges that path for all; name its hosts with hosts:, or use $host in the key"));
        if (template.OpenEnded)
            advice.Add((cache.Path, $"in its key {template.Text} nothing marks the end of the URL, so purging /a purges /ab too; put a mark such as | after the URL"));
    }
}
