using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Support;

/// <summary>The common case of an nginx cache in front of one origin. Every default is the plainest nginx that caches.</summary>
internal sealed record NginxSetup
{
    /// <summary>The origin's loopback port.</summary>
    public required int OriginPort { get; init; }

    public UpstreamKind Kind { get; init; } = UpstreamKind.Proxy;

    /// <summary>The cache directory; null puts it in nginx's own temporary folder (see <see cref="NginxServer.CacheDir"/>).</summary>
    public string? CacheDir { get; init; }

    public string Levels { get; init; } = "1:2";

    /// <summary>The cache key template; null leaves the directive out, so that nginx's own default holds (proxy only).</summary>
    public string? Key { get; init; } = "$scheme$host$request_uri";

    /// <summary>Off: temp files stand beside their final names. On: under the folder's tmp/.</summary>
    public bool UseTempPath { get; init; }

    /// <summary>Arguments of *_cache_valid; null leaves freshness to the origin's headers alone.</summary>
    public string? Valid { get; init; } = "any 10m";

    /// <summary>*_cache_lock on.</summary>
    public bool Lock { get; init; }

    /// <summary>*_cache_use_stale updating and *_cache_background_update on.</summary>
    public bool StaleWhileUpdating { get; init; }

    /// <summary>*_cache_revalidate on.</summary>
    public bool Revalidate { get; init; }

    /// <summary>An open_file_cache which holds file descriptors for 60 s from the first use.</summary>
    public bool OpenFileCache { get; init; }

    /// <summary>Whole directives for the http block, the server block and the location.</summary>
    public string Http { get; init; } = "";

    /// <inheritdoc cref="Http"/>
    public string Server { get; init; } = "";

    /// <inheritdoc cref="Http"/>
    public string Location { get; init; } = "";

    /// <summary>More arguments of *_cache_path, such as "max_size=1m inactive=1s".</summary>
    public string CachePath { get; init; } = "inactive=10m";

    /// <summary>Who the workers run as when nginx is started by root, as "user" or "user group"; the files then belong to them.</summary>
    public string User { get; init; } = "root";

    /// <summary>How the directives of this kind begin: proxy, fastcgi, uwsgi or scgi.</summary>
    public string Prefix => Kind switch
    {
        UpstreamKind.FastCgi => "fastcgi",
        UpstreamKind.Uwsgi => "uwsgi",
        UpstreamKind.Scgi => "scgi",
        _ => "proxy",
    };

    /// <summary>The http block's content.</summary>
    public string Render(int port, string cacheDir)
    {
        var p = Prefix;
        return $$"""
            {{p}}_cache_path {{cacheDir}} levels={{Levels}} keys_zone=zone:1m use_temp_path={{(UseTempPath ? "on" : "off")}} {{CachePath}};
            {{When(OpenFileCache, "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s; open_file_cache_min_uses 1;")}}
            {{Http}}
            server {
                listen 127.0.0.1:{{port}};
                {{Server}}
                location / {
                    {{Pass()}}
                    {{p}}_cache zone;
                    {{When(Key is not null, $"{p}_cache_key \"{Key}\";")}}
                    {{When(Valid is not null, $"{p}_cache_valid {Valid};")}}
                    {{When(Lock, $"{p}_cache_lock on;")}}
                    {{When(StaleWhileUpdating, $"{p}_cache_use_stale updating; {p}_cache_background_update on;")}}
                    {{When(Revalidate, $"{p}_cache_revalidate on;")}}
                    add_header X-Cache-Status $upstream_cache_status always;
                    {{Location}}
                }
            }
            """;
    }

    private string Pass() => Kind == UpstreamKind.Proxy
        ? $"proxy_pass http://127.0.0.1:{OriginPort}; proxy_set_header Host $http_host;"
        : $"{Prefix}_pass 127.0.0.1:{OriginPort}; {Prefix}_param REQUEST_METHOD $request_method; {Prefix}_param REQUEST_URI $request_uri;";

    private static string When(bool condition, string directive) => condition ? directive : "";
}
