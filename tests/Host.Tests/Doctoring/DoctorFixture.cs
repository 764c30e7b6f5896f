using Towncrier.Host.Doctoring;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Tests.Doctoring;

/// <summary>A healthy machine and a healthy configuration, of which each test spoils one thing.</summary>
internal static class DoctorFixture
{
    public const string Path = "/var/cache/nginx/site";

    public const string Good = """
        user www-data;
        http {
            proxy_cache_path /var/cache/nginx/site levels=1:2 keys_zone=z:10m use_temp_path=off;
            server {
                location / {
                    proxy_pass http://origin;
                    proxy_cache z;
                    proxy_cache_key $scheme$host$request_uri;
                    proxy_cache_use_stale updating error;
                    proxy_cache_background_update on;
                    proxy_cache_lock on;
                }
            }
        }
        """;

    public static readonly Machine Machine = new()
    {
        Uid = 33,
        Gids = [33],
        Stat = _ => new PathFacts(true, 0x1C0, 33, 33),
        Mount = _ => new MountFacts("/", "ext4", false),
        Sysctl = name => name.EndsWith("instances", StringComparison.Ordinal) ? 128 : name.EndsWith("events", StringComparison.Ordinal) ? 16384 : 192536,
        Users = new Dictionary<uint, string> { [0] = "root", [33] = "www-data", [1000] = "me" },
    };

    public static IReadOnlyList<Finding> Judge(string text, Machine? machine = null, string? state = null, CacheSurvey? survey = null, params string[] caches)
    {
        var model = NginxModel.Read(text, "nginx.conf", "/usr/share/nginx");
        var paths = caches.Length > 0 ? caches : [.. model.Zones.Select(z => z.Path).Distinct()];
        return Doctor.Judge(new DoctorCase(
            model,
            new NginxBuild("/usr/share/nginx", "nobody", new Dictionary<string, string> { ["proxy"] = "/var/lib/nginx/proxy" }),
            [.. paths.Select(p => new DoctorCache(p, [.. model.Zones.Where(z => z.Path == p)], survey ?? CacheSurvey.None))],
            machine ?? Machine,
            state));
    }

    public static IEnumerable<string> Ids(IEnumerable<Finding> findings) => findings.Where(f => f.Severity > Severity.Info).Select(f => f.Id);
}
